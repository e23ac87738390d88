package io.jenkins.plugins.servicenowgate.deployment;

import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.TestExtension;
import org.jvnet.hudson.test.junit.jupiter.JenkinsExtension;
import org.kohsuke.stapler.MetaClass;

/**
 * Gives all test classes of one JVM the same Jenkins, because starting one takes longer than most tests.
 * {@link JenkinsReset} takes it back to its first state after each test. It is stopped before a class that starts a Jenkins
 * of its own, since a JVM can have only one, and at the end of the JVM. A class with a {@link TestExtension} has one for
 * itself, because Jenkins finds those when it starts. Registered for all classes.
 */
public final class SharedJenkins implements ParameterResolver, BeforeAllCallback {
    private static final Set<String> WITHOUT_JENKINS =
            Set.of("servicenow", "evidence", "rules", "polling", "worknotes", "simulator", "sources");

    private static JenkinsRule jenkins;
    private static boolean ofOneClass;

    static {
        try {
            Class.forName(JenkinsRule.class.getName());
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException(e);
        }
        // JenkinsRule switches the cache of views off, for plugins that are edited while they run. Without it a third
        // of the processor time of all tests went into looking for views that do not exist.
        MetaClass.NO_CACHE = false;
        // Ten seconds are too short for a queue item and its change on a machine that is busy with other tests.
        Awaitility.setDefaultTimeout(Duration.ofSeconds(30));
    }

    static {
        Runtime.getRuntime().addShutdownHook(new Thread(SharedJenkins::stop, "Stops the Jenkins of the tests"));
    }

    private static boolean isShared(ExtensionContext test) {
        return ControlledJenkinsTestBase.class.isAssignableFrom(test.getRequiredTestClass());
    }

    @Override
    public void beforeAll(ExtensionContext test) {
        String name = test.getRequiredTestClass().getPackageName();
        boolean other = !isShared(test) && !WITHOUT_JENKINS.contains(name.substring(name.lastIndexOf('.') + 1));
        boolean own = isShared(test)
                && Arrays.stream(test.getRequiredTestClass().getDeclaredClasses())
                        .anyMatch(type -> type.isAnnotationPresent(TestExtension.class));
        if (other || own || ofOneClass) {
            stop();
        }
        ofOneClass = own;
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext test) {
        return isShared(test) && parameter.getParameter().getType().equals(JenkinsRule.class);
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext test) {
        return start(parameter, test);
    }

    private static synchronized JenkinsRule start(ParameterContext parameter, ExtensionContext test) {
        if (jenkins == null) {
            jenkins = (JenkinsRule) new JenkinsExtension().resolveParameter(parameter, test);
        }
        return jenkins;
    }

    private static synchronized void stop() {
        if (jenkins != null) {
            try {
                jenkins.after();
            } catch (Exception e) {
                throw new IllegalStateException(e);
            } finally {
                jenkins = null;
            }
        }
    }
}
