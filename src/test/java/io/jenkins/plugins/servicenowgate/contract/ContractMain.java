package io.jenkins.plugins.servicenowgate.contract;

import io.jenkins.plugins.servicenowgate.rehearsal.Arguments;
import io.jenkins.plugins.servicenowgate.rehearsal.Terminal;
import io.jenkins.plugins.servicenowgate.servicenow.HttpClients;
import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import io.jenkins.plugins.servicenowgate.servicenow.RawInstance;
import io.jenkins.plugins.servicenowgate.servicenow.SignIn;
import io.jenkins.plugins.servicenowgate.servicenow.SigningKey;
import io.jenkins.plugins.servicenowgate.simulator.ServiceNowSimulator;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What the plugin assumes of ServiceNow, checked against a live instance or the simulator. */
public final class ContractMain {
    static final String USAGE = """
            Checks what the plugin assumes of ServiceNow against an instance, and prints a table for an issue.
              bin/contract --base-url URL --client-id ID --user NAME         password grant
              bin/contract --base-url URL --client-id ID                     client credentials grant
              bin/contract --base-url URL --client-id ID --key-store FILE --key-id KID --subject VALUE
                                                                             JWT bearer grant
              bin/contract --base-url URL --api-key                          API key
              bin/contract --simulator                                       the built-in simulator

              --scope TEXT       request this scope with the token
              --write            also create changes, write to them alone, and cancel them
              --template NAME    with --write: also a Standard change from the active template of this name
              --item SYS_ID      with --write: also start a check for conflicts, for this configuration item
              --yes              don't ask before beginning

            Without --write only GET requests are sent, besides the sign-in. Secrets are taken from
            SERVICENOW_CLIENT_SECRET, SERVICENOW_PASSWORD, SERVICENOW_API_KEY and SERVICENOW_KEY_STORE_PASSWORD; where
            one is not set it is asked for. The table has no names, numbers, texts or addresses of the instance. What a
            simulator or another server on a loopback address shows is never marked [seen].\
            """;

    private static final List<String> NAMES =
            List.of("base-url", "client-id", "user", "key-store", "key-id", "subject", "scope", "template", "item");
    private static final List<String> FLAGS = List.of("api-key", "simulator", "write", "yes");

    private final PrintStream out;

    ContractMain(PrintStream out) {
        this.out = out;
    }

    public static void main(String... arguments) {
        PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        if (List.of(arguments).contains("--help")) {
            out.println(USAGE);
            return;
        }
        System.exit(new ContractMain(out).run(arguments));
    }

    /** Returns the exit code: 1 if the sign-in failed or a change is left, 2 for wrong arguments. */
    int run(String... arguments) {
        try {
            Arguments given = check(Arguments.parse(NAMES, FLAGS, arguments));
            if (!given.has("simulator")) {
                return run(given, InstanceUrl.parse(given.get("base-url", "")), signIn(given));
            }
            try (ServiceNowSimulator simulator = ServiceNowSimulator.start()) {
                simulator.addChange(Map.of("short_description", "A change of the simulator"));
                SignIn signIn = SignIn.password(
                        ServiceNowSimulator.CLIENT_ID,
                        ServiceNowSimulator.CLIENT_SECRET,
                        ServiceNowSimulator.USER_NAME,
                        ServiceNowSimulator.PASSWORD);
                return run(given, InstanceUrl.parse(simulator.baseUrl()), signIn);
            }
        } catch (IllegalArgumentException e) {
            out.println(e.getMessage());
            out.println();
            out.println(USAGE);
            return 2;
        }
    }

    private static Arguments check(Arguments given) {
        if (given.has("simulator") == given.has("base-url")) {
            throw new IllegalArgumentException("Give either --base-url or --simulator");
        }
        if (given.has("base-url") && given.has("api-key") == given.has("client-id")) {
            throw new IllegalArgumentException("With --base-url goes either --client-id or --api-key");
        }
        if (given.has("key-store") && !(given.has("key-id") && given.has("subject"))) {
            throw new IllegalArgumentException("With --key-store go --key-id and --subject");
        }
        if (!given.has("write") && (given.has("template") || given.has("item"))) {
            throw new IllegalArgumentException("--template and --item need --write");
        }
        return given;
    }

    private static SignIn signIn(Arguments given) {
        if (given.has("api-key")) {
            return new SignIn.ApiKey(Terminal.secret("SERVICENOW_API_KEY", "API key"));
        }
        String client = given.get("client-id", "");
        String scope = given.get("scope", null);
        if (given.has("key-store")) {
            return new SignIn.JwtBearer(
                    client,
                    Terminal.secret("SERVICENOW_CLIENT_SECRET", "Client secret"),
                    key(given.get("key-store", "")),
                    given.get("key-id", ""),
                    given.get("subject", ""),
                    scope);
        }
        String secret = Terminal.secret("SERVICENOW_CLIENT_SECRET", "Client secret");
        String user = given.get("user", null);
        return user == null
                ? new SignIn.ClientCredentials(client, secret, scope)
                : new SignIn.Password(
                        client, secret, user, Terminal.secret("SERVICENOW_PASSWORD", "Password of " + user), scope);
    }

    /** The one private key of a PKCS 12 file. */
    private static SigningKey key(String file) {
        char[] password = Terminal.secret("SERVICENOW_KEY_STORE_PASSWORD", "Password of the key store")
                .toCharArray();
        SigningKey key = null;
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(in, password);
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    key = SigningKey.of(
                            (PrivateKey) store.getKey(alias, password),
                            store.getCertificate(alias).getPublicKey());
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(
                    "The key store can't be read (" + e.getClass().getSimpleName() + ")");
        }
        if (key == null) {
            throw new IllegalArgumentException("The key store has no private key that can sign tokens");
        }
        return key;
    }

    private int run(Arguments given, InstanceUrl url, SignIn signIn) {
        boolean real = !isLoopback(url);
        if (!given.has("yes") && real && !isAgreed(url, given.has("write"))) {
            return 0;
        }
        ContractTestRun run = new ContractTestRun(
                new RawInstance(HttpClients.create(HttpClients.Timeouts.DEFAULT), url, signIn), out);
        boolean clean;
        try {
            clean = run.run(
                    given.has("write")
                            ? new WriteChecks.Options(
                                    given.get("template", null), given.get("item", null), ContractMain::pause)
                            : null);
        } catch (IllegalStateException e) {
            out.println(e.getMessage());
            return 1;
        }
        out.println();
        out.println("Contract test of " + LocalDate.now(ZoneOffset.UTC) + ", "
                + (real ? "an instance" : "a simulator: nothing becomes [seen]") + ", " + signIn.grant()
                + (given.has("write") ? ", with writes:" : ", reading only:"));
        out.println();
        out.print(run.facts().markdown(real));
        return clean ? 0 : 1;
    }

    private boolean isAgreed(InstanceUrl url, boolean write) {
        out.println("This signs in to " + url + " and then");
        out.println(
                "- reads the newest change and its tasks, approvals and attachments, templates, models, the own user,");
        out.println("  its roles, and one configuration item; nothing of it is printed");
        if (write) {
            out.println("- creates up to six changes, writes to them alone, attaches a small file, and cancels them.");
        }
        return Terminal.isConfirmed(out);
    }

    static boolean isLoopback(InstanceUrl url) {
        try {
            return InetAddress.getByName(URI.create(url.toString()).getHost()).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(3);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
