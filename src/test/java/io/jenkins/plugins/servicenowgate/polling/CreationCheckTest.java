package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What is read before a deployment creates a change with these settings, and what is said of it. */
class CreationCheckTest extends ScriptedInstanceTestBase {
    private static String named(char sysId, String name) {
        return "{\"sys_id\":{\"value\":\"" + id(sysId) + "\"},\"name\":{\"value\":\"" + name
                + "\"},\"active\":{\"value\":\"true\"}}";
    }

    @Test
    void withoutSettingsNothingIsRead() throws Exception {
        assertThat(CreationCheck.problems(client, null, null, Map.of())).isEmpty();
        assertThat(instance.sent()).isEmpty();
    }

    @Test
    void eachSettingThatTheInstanceDoesNotKnowIsAProblem() throws Exception {
        instance.json(NONE).json(NONE).json(NONE).json(NONE).json(NONE);
        assertThat(CreationCheck.problems(
                        client, "Deploy shop", "Fast lane", Map.of(ItemSetting.CONFIGURATION_ITEM, "shop")))
                .extracting(String::valueOf)
                .containsExactly(
                        Messages.TemplateMatch_NoneAtAll("Deploy shop"),
                        Messages.TemplateMatch_NoModelAtAll("Fast lane"),
                        Messages.ItemMatch_NotFound(
                                "configurationItem", "shop", "https://scripted.example", "cmdb_ci"));
        assertThat(instance.sent()).hasSize(5).allMatch(request -> request.startsWith("GET "));
    }

    @Test
    void whatTheInstanceKnowsIsNone() throws Exception {
        instance.json("{\"result\":[{\"sys_id\":\"" + id('a') + "\",\"name\":\"shop\",\"sys_class_name\":\"x\"}]}");
        assertThat(CreationCheck.problems(client, null, null, Map.of(ItemSetting.CONFIGURATION_ITEM, "shop")))
                .isEmpty();
    }

    @Test
    void aTemplateOfTheNameIsNone() throws Exception {
        instance.json(list(named('a', "Deploy shop")));
        assertThat(CreationCheck.problems(client, "Deploy shop", null, Map.of()))
                .isEmpty();
    }
}
