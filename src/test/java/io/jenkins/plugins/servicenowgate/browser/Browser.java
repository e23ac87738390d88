package io.jenkins.plugins.servicenowgate.browser;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.BrowserType;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.Playwright;
import com.microsoft.playwright.Response;
import com.microsoft.playwright.assertions.PlaywrightAssertions;
import com.microsoft.playwright.options.ColorScheme;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Chromium with a Jenkins under test: collects messages of the console, and takes the pictures of the documentation. */
final class Browser implements AutoCloseable {
    private static final Path IMAGES = Path.of("docs", "images");
    private static final Path NARROW_IMAGES = Path.of("target", "narrow-images");
    private static final double TIMEOUT_MILLIS = 180_000;
    /** Deque's axe, as text: it is run inside the page. */
    private static final String AXE = axe();

    private final URL jenkins;
    private final Playwright playwright;
    private final com.microsoft.playwright.Browser browser;
    private final BrowserContext context;
    private final Page page;
    private final List<String> messages = new ArrayList<>();

    Browser(URL jenkins, String language) {
        this.jenkins = jenkins;
        // Uses the installed browser; nothing is downloaded.
        playwright = Playwright.create(
                new Playwright.CreateOptions().setEnv(Map.of("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1")));
        browser = playwright
                .chromium()
                .launch(new BrowserType.LaunchOptions()
                        .setExecutablePath(Path.of(System.getProperty("chromium", "/usr/bin/chromium")))
                        .setArgs(List.of("--no-sandbox", "--disable-background-networking")));
        context = browser.newContext(new com.microsoft.playwright.Browser.NewContextOptions()
                .setViewportSize(1280, 900)
                .setTimezoneId("Europe/Berlin")
                .setLocale(language)
                .setExtraHTTPHeaders(Map.of("Accept-Language", language)));
        page = context.newPage();
        // Long, because the machine may be busy; a test that passes does not wait for them.
        page.setDefaultTimeout(TIMEOUT_MILLIS);
        PlaywrightAssertions.setDefaultAssertionTimeout(TIMEOUT_MILLIS);
        page.onConsoleMessage(message -> {
            // Warnings of Jenkins' own scripts are ignored; their errors count.
            boolean known = message.type().equals("warning")
                    && message.location().matches(".*/(static/[^/]+/scripts|adjuncts/[^/]+/lib/form)/.*");
            if (List.of("error", "warning").contains(message.type()) && !known) {
                messages.add(message.type() + " " + message.text() + " at " + message.location());
            }
        });
        page.onPageError(error -> messages.add("uncaught " + error));
    }

    private static String axe() {
        try (InputStream script = Browser.class.getResourceAsStream("/axe.min.js")) {
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Page page() {
        return page;
    }

    /** The user's name is the password. */
    void signIn(String user) {
        page.navigate(jenkins + "login");
        page.locator("[name='j_username']").fill(user);
        page.locator("[name='j_password']").fill(user);
        page.locator("[name='Submit']").click();
        page.waitForURL(url -> !url.contains("login"));
    }

    /** Opens an address below Jenkins' root; its content security policy must be enforced. */
    Page open(String path) {
        Response response = page.navigate(jenkins + path);
        assertThat(response.status()).as(path).isEqualTo(200);
        assertThat(response.headers()).as("headers of %s", path).containsKey("content-security-policy");
        return page;
    }

    /** Fails if the console has an error or a warning. */
    void consoleIsSilent() {
        assertThat(List.copyOf(messages)).isEmpty();
    }

    /** Fails if axe finds an accessibility violation in a part of the page, in light or dark. */
    void isAccessible(String selector) {
        for (ColorScheme scheme : List.of(ColorScheme.LIGHT, ColorScheme.DARK)) {
            scheme(scheme);
            page.evaluate(AXE);
            assertThat((List<?>) page.evaluate("""
                            async selector => (await axe.run(document.querySelector(selector))).violations.map(
                                rule => rule.id + ": " + rule.nodes[0].html + " " + rule.nodes[0].failureSummary)
                            """, selector))
                    .as("violations in %s, %s", selector, scheme)
                    .isEmpty();
        }
        scheme(ColorScheme.LIGHT);
    }

    /** Fails if a part of the page is wider than a narrow window. */
    void fitsANarrowWindow(String selector) {
        page.setViewportSize(390, 844);
        Object overflow = page.evaluate(
                "selector => [...document.querySelectorAll(selector)].filter(e => e.getBoundingClientRect().right > innerWidth + 1).length",
                selector);
        assertThat(overflow).as("parts of %s beyond a narrow window", selector).isEqualTo(0);
        // For people who review the pages; not part of the documentation.
        String name = page.url().replaceFirst(".*/jenkins/", "").replaceAll("[^A-Za-z0-9-]+", "_");
        page.screenshot(new Page.ScreenshotOptions()
                .setPath(NARROW_IMAGES.resolve(name + ".png"))
                .setFullPage(true));
        page.setViewportSize(1280, 900);
    }

    /** A picture for the documentation, in light and dark. */
    void picture(String name, Locator part) {
        picture(name, part, 760);
    }

    void picture(String name, Locator part, int height) {
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            scheme(scheme);
            Path file = IMAGES.resolve(name + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png");
            page.setViewportSize(1280, height);
            part.screenshot(new Locator.ScreenshotOptions().setPath(file));
            assertThat(file).isNotEmptyFile();
            page.setViewportSize(1280, 900);
        }
    }

    /** A picture of the visible part of the window, in light and dark. */
    void picture(String name) {
        for (ColorScheme scheme : List.of(ColorScheme.DARK, ColorScheme.LIGHT)) {
            scheme(scheme);
            page.screenshot(new Page.ScreenshotOptions()
                    .setPath(IMAGES.resolve(name + "-" + scheme.name().toLowerCase(Locale.ROOT) + ".png")));
        }
    }

    private void scheme(ColorScheme scheme) {
        page.emulateMedia(new Page.EmulateMediaOptions().setColorScheme(scheme));
        page.waitForTimeout(300);
    }

    @Override
    public void close() {
        browser.close();
        playwright.close();
    }
}
