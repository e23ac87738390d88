package io.jenkins.plugins.servicenowgate.deployment;

import hudson.init.InitMilestone;
import hudson.init.Initializer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.NoSuchAlgorithmException;
import jenkins.model.Jenkins;
import org.jenkinsci.main.modules.instance_identity.pem.PEMHelper;

/**
 * Gives each new Jenkins of one JVM the same key pair of its identity, because generating one takes as long as a short test.
 * Jenkins takes it from the file of older versions, and stores it encrypted.
 */
public final class InstanceKey {
    private static String pem;

    private InstanceKey() {}

    @Initializer(after = InitMilestone.PLUGINS_PREPARED, before = InitMilestone.PLUGINS_STARTED)
    public static synchronized void store() throws IOException, NoSuchAlgorithmException {
        Path home = Jenkins.get().getRootDir().toPath();
        if (!Files.exists(home.resolve("identity.key.enc"))) {
            if (pem == null) {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(2048);
                KeyPair keys = generator.generateKeyPair();
                pem = PEMHelper.encodePEM(keys);
            }
            Files.writeString(home.resolve("identity.key"), pem);
        }
    }
}
