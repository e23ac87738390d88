package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import org.junit.jupiter.api.Test;

/** Which states of models were seen, within bounds: an instance may answer with as many as it likes. */
class SeenModelStatesTest extends ScriptedInstanceTestBase {
    private static final String NEXT_STATES = "GET /" + id('a') + "/nextstates";
    private static final String NEXT = "{\"result\":{\"state_label\":{\"20\":\"Ready\",\"30\":\"Done\"}}}";

    private final SeenModelStates seen = new SeenModelStates();

    private void see(String model, int state, String label) {
        ChangeModel of = new ChangeModel(id('e').value(), model, label);
        seen.record(
                ChangeFixture.change()
                        .title(TITLE)
                        .state(state)
                        .approval("")
                        .model(of)
                        .get(),
                ModelStates.DEFAULT,
                clients);
    }

    @Test
    void asksOnceForTheStatesThatFollow() {
        instance.json(NEXT).json(NEXT);
        see("M", 10, "Draft");
        see("M", 10, "Draft");
        assertThat(instance.sent()).containsExactly(NEXT_STATES);
        assertThat(seen.unmapped(ModelStates.DEFAULT, null))
                .containsExactly(
                        new SeenModelStates.Unmapped("M", "Draft", 10),
                        new SeenModelStates.Unmapped("M", "Ready", 20),
                        new SeenModelStates.Unmapped("M", "Done", 30));
        see("M", 20, "Ready");
        assertThat(instance.sent()).containsExactly(NEXT_STATES, NEXT_STATES);
    }

    @Test
    void knowsTheStateAloneWhereTheOthersAreNotKnown() {
        instance.then(403, "application/json", OWN_ERROR);
        see("M", 10, "Draft");
        assertThat(seen.unmapped(ModelStates.DEFAULT, "M"))
                .containsExactly(new SeenModelStates.Unmapped("M", "Draft", 10));
    }

    @Test
    void aBaseModelIsNoNews() {
        see("Normal", -5, "New");
        assertThat(seen.isSeen("Normal")).isFalse();
        assertThat(instance.sent()).isEmpty();
    }

    @Test
    void remembersTwoHundredModels() {
        for (int i = 1; i <= 200; i++) {
            instance.json(NEXT);
            see("M" + i, 10, "Draft");
        }
        see("M201", 10, "Draft");
        assertThat(seen.isSeen("M200")).isTrue();
        assertThat(seen.isSeen("M201")).isFalse();
        assertThat(instance.sent()).hasSize(200);
    }

    @Test
    void remembersAHundredStatesOfAModel() {
        for (int i = 1; i <= 100; i++) {
            instance.json("{\"result\":{}}");
            see("M", i, "S" + i);
        }
        see("M", 101, "S101");
        assertThat(seen.unmapped(ModelStates.DEFAULT, "M"))
                .hasSize(100)
                .last()
                .isEqualTo(new SeenModelStates.Unmapped("M", "S100", 100));
        assertThat(instance.sent()).hasSize(100);
    }
}
