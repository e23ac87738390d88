package io.jenkins.plugins.servicenowgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.config.EvidenceSettings;
import io.jenkins.plugins.servicenowgate.gathering.EvidenceRequest;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A request as it may get into a log. */
class DeploymentRequestTest {
    @Test
    void printsNoValueThatMayBeSecret() {
        DeploymentRequest request = new DeploymentRequest(
                "Production",
                "1.0",
                "shop",
                "CHG1",
                false,
                Map.of("u_token", "s3cr3t-field"),
                new EvidenceRequest(new EvidenceSettings(), false, Set.of("s3cr3t-parameter"), null),
                Map.of(ItemSetting.SERVICE, "s3cr3t-item"),
                null,
                Map.of("TOKEN", "s3cr3t-variable"));
        assertThat(request.toString())
                .contains("shop", "1.0", "Production", "CHG1", "u_token")
                .doesNotContain("s3cr3t");
    }
}
