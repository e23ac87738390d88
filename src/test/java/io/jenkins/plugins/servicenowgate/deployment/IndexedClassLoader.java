package io.jenkins.plugins.servicenowgate.deployment;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The class loader of the JVMs that run the tests: that of Java, which knows at once what none of its files contains. In tests
 * all plugins are in one class path of some hundred files, and Jenkins looks there for thousands of views and help files that
 * do not exist. Searching them took more processor time than anything else.
 */
public final class IndexedClassLoader extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private final Set<String> names = new HashSet<>();
    private final List<Path> directories = new ArrayList<>();

    /**
     * @param application of which it takes the place, as {@link ClassLoader#getSystemClassLoader} tells
     */
    public IndexedClassLoader(ClassLoader application) {
        super(classPath(), application.getParent());
        Set<Path> known = new HashSet<>();
        for (URL element : getURLs()) {
            index(Path.of(URI.create(element.toString())), known);
        }
    }

    private static URL[] classPath() {
        return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(IndexedClassLoader::url)
                .toArray(URL[]::new);
    }

    private static URL url(String file) {
        try {
            return new File(file).toURI().toURL();
        } catch (MalformedURLException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private void index(Path file, Set<Path> known) {
        if (!known.add(file)) {
            return;
        }
        if (Files.isDirectory(file)) {
            directories.add(file);
        } else if (Files.isRegularFile(file)) {
            try (JarFile jar = new JarFile(file.toFile())) {
                // Another version of a class or file is found by the name without the version.
                jar.stream()
                        .map(entry -> entry.getName().replaceFirst("^META-INF/versions/\\d+/", ""))
                        .forEach(names::add);
                Manifest manifest = jar.getManifest();
                String more =
                        manifest == null ? null : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
                if (more != null) {
                    for (String element : more.trim().split(" +")) {
                        index(Path.of(file.toUri().resolve(element)), known);
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private boolean contains(String name) {
        return names.contains(name)
                || names.contains(name + "/")
                || directories.stream().anyMatch(directory -> new File(directory.toFile(), name).exists());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!contains(name.replace('.', '/') + ".class")) {
            throw new ClassNotFoundException(name);
        }
        return super.findClass(name);
    }

    @Override
    public URL findResource(String name) {
        return contains(name) ? super.findResource(name) : null;
    }

    @Override
    public Enumeration<URL> findResources(String name) throws IOException {
        return contains(name) ? super.findResources(name) : Collections.emptyEnumeration();
    }

    /** Java calls it for a Java agent. */
    @SuppressWarnings("unused")
    private void appendToClassPathForInstrumentation(String file) {
        addURL(url(file));
        index(Path.of(file), new HashSet<>());
    }
}
