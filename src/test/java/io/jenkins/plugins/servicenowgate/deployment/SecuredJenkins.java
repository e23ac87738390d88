package io.jenkins.plugins.servicenowgate.deployment;

import hudson.model.Item;
import hudson.security.HudsonPrivateSecurityRealm;
import hudson.security.ProjectMatrixAuthorizationStrategy;
import java.io.IOException;
import java.util.List;
import jenkins.model.Jenkins;
import org.jenkinsci.plugins.matrixauth.PermissionEntry;
import org.jvnet.hudson.test.JenkinsRule;
import org.jvnet.hudson.test.MockAuthorizationStrategy;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * Switches security on, as it is on the controllers of users: anonymous users have no permission, the users of the tests
 * have those of their role, and no build runs on the controller.
 */
public final class SecuredJenkins {
    /** Administers Jenkins. */
    public static final String ADMIN = "admin";
    /** Reads, configures, builds and cancels jobs. */
    public static final String DEVELOPER = "developer";
    /** Reads jobs. */
    public static final String READER = "reader";
    /** Has Overall/Read alone. */
    public static final String STRANGER = "stranger";

    private SecuredJenkins() {}

    /**
     * For a Jenkins that is not restarted: every user signs in with the name as the password.
     *
     * @return the strategy, to which a test may add grants
     */
    public static MockAuthorizationStrategy secure(JenkinsRule jenkins) throws IOException {
        MockAuthorizationStrategy strategy = new MockAuthorizationStrategy()
                .grant(Jenkins.ADMINISTER)
                .everywhere()
                .to(ADMIN)
                .grant(Jenkins.READ)
                .everywhere()
                .to(DEVELOPER, READER, STRANGER)
                .grant(Item.READ)
                .everywhere()
                .to(DEVELOPER, READER)
                .grant(Item.BUILD, Item.CANCEL, Item.CONFIGURE)
                .everywhere()
                .to(DEVELOPER);
        jenkins.jenkins.setSecurityRealm(jenkins.createDummySecurityRealm());
        jenkins.jenkins.setAuthorizationStrategy(strategy);
        jenkins.jenkins.setNumExecutors(0);
        jenkins.jenkins.save();
        return strategy;
    }

    /** The same with classes of Jenkins and its plugins alone, which a controller in a process of its own reads again. */
    public static void secureForRestarts(Jenkins jenkins) throws IOException {
        HudsonPrivateSecurityRealm realm = new HudsonPrivateSecurityRealm(false, false, null);
        jenkins.setSecurityRealm(realm);
        ProjectMatrixAuthorizationStrategy strategy = new ProjectMatrixAuthorizationStrategy();
        strategy.add(Jenkins.ADMINISTER, PermissionEntry.user(ADMIN));
        for (String user : List.of(DEVELOPER, READER, STRANGER)) {
            strategy.add(Jenkins.READ, PermissionEntry.user(user));
        }
        for (String user : List.of(DEVELOPER, READER)) {
            strategy.add(Item.READ, PermissionEntry.user(user));
        }
        strategy.add(Item.BUILD, PermissionEntry.user(DEVELOPER));
        strategy.add(Item.CANCEL, PermissionEntry.user(DEVELOPER));
        strategy.add(Item.CONFIGURE, PermissionEntry.user(DEVELOPER));
        jenkins.setAuthorizationStrategy(strategy);
        for (String user : List.of(ADMIN, DEVELOPER, READER, STRANGER)) {
            // With the weakest hash: Jenkins' own takes longer than all the rest of this.
            realm.createAccountWithHashedPassword(user, "#jbcrypt:" + new BCryptPasswordEncoder(4).encode(user));
        }
        jenkins.setNumExecutors(0);
        jenkins.save();
    }
}
