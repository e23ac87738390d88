package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ModelStates.Meaning;
import io.jenkins.plugins.servicenowgate.rules.ModelStates.StateMap;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What the state of a change means: by the name of its model, and in doubt the safer meaning. */
class ModelStatesTest {
    private static final String ID = "a".repeat(32);

    private static ChangeRequest change(ChangeModel model, int state) {
        return ChangeFixture.change()
                .sysId(new SysId(ID))
                .state(state)
                .approval("")
                .model(model)
                .get();
    }

    private static ModelStates mapped(String model, Set<String> waits, Set<String> goes, Set<String> refused) {
        return new ModelStates(Map.of(model, new StateMap(waits, goes, refused)), true);
    }

    private static ChangeModel model(String name, String state) {
        return new ChangeModel(ID, name, state);
    }

    @Test
    void aStateThatIsMappedTwiceHasTheSaferMeaning() {
        ModelStates states = mapped("M", Set.of("20"), Set.of("Ready", "Go", "40"), Set.of("30"));
        assertThat(states.of(change(model("M", "Ready"), 20))).isEqualTo(Meaning.WAITS);
        assertThat(states.of(change(model("M", "Ready"), 30))).isEqualTo(Meaning.REFUSED);
        assertThat(states.of(change(model("M", "Ready"), 31))).isEqualTo(Meaning.GOES);
        assertThat(states.of(change(model("M", "40"), 31))).isEqualTo(Meaning.GOES);
        assertThat(states.of(change(model("M", ""), 40))).isEqualTo(Meaning.GOES);
        assertThat(states.of(change(model("M", ""), 41))).isEqualTo(Meaning.UNMAPPED);
        assertThat(states.of(change(model("M", "ready"), 41))).isEqualTo(Meaning.UNMAPPED);
    }

    @Test
    void aBaseModelMayBeMappedToo() {
        ModelStates states = mapped("Normal", Set.of(), Set.of("Scheduled"), Set.of());
        assertThat(states.of(change(model("Normal", "Scheduled"), -2))).isEqualTo(Meaning.GOES);
        assertThat(states.of(change(model("Normal", "Implement"), -1))).isEqualTo(Meaning.UNMAPPED);
        assertThat(states.of(change(model("Standard", "Implement"), -1))).isEqualTo(Meaning.DEFAULT_LIFE_CYCLE);
        assertThat(states.of(change(null, -1))).isEqualTo(Meaning.DEFAULT_LIFE_CYCLE);
    }

    @Test
    void whatCanNotBeReadReleasesNothing() {
        ModelStates states = mapped("M", Set.of(), Set.of("Ready"), Set.of());
        assertThat(states.of(change(model("", "Ready"), 1))).isEqualTo(Meaning.UNREADABLE);
        assertThat(states.of(change(new ChangeModel("", "M", "Ready"), 1))).isEqualTo(Meaning.UNREADABLE);
        ModelStates damaged = new ModelStates(states.maps(), false);
        assertThat(damaged.of(change(model("M", "Ready"), 1))).isEqualTo(Meaning.UNREADABLE);
        assertThat(damaged.of(change(model("Normal", "Implement"), -1))).isEqualTo(Meaning.UNREADABLE);
        assertThat(damaged.of(change(null, -1))).isEqualTo(Meaning.DEFAULT_LIFE_CYCLE);
        assertThat(damaged.isMapped(model("M", "Ready"), "Ready", 1)).isFalse();
    }

    /** An instance without models has no such column either, but nobody maps models there. */
    @Test
    void aHiddenModelIsUnknownWhereModelsAreMapped() {
        ChangeRequest hidden =
                ChangeFixture.of(change(null, -1)).modelHidden(true).get();
        ModelStates states = mapped("M", Set.of(), Set.of("Ready"), Set.of());
        assertThat(states.of(hidden)).isEqualTo(Meaning.UNREADABLE);
        assertThat(new ModelStates(Map.of(), false).of(hidden)).isEqualTo(Meaning.UNREADABLE);
        assertThat(ModelStates.DEFAULT.of(hidden)).isEqualTo(Meaning.DEFAULT_LIFE_CYCLE);
    }

    @Test
    void aModelIsKnownByAMapOrAsABaseModel() {
        ModelStates states = mapped("M", Set.of(), Set.of("Ready"), Set.of());
        assertThat(states.isMapped("M")).isTrue();
        assertThat(states.isMapped("Normal")).isTrue();
        assertThat(states.isMapped("Other")).isFalse();
        assertThat(new ModelStates(states.maps(), false).isMapped("M")).isFalse();
    }

    @Test
    void aStateOfAModelIsMappedOrNot() {
        ModelStates states = mapped("M", Set.of("20"), Set.of("Ready"), Set.of());
        assertThat(states.isMapped(model("M", ""), "Ready", 1)).isTrue();
        assertThat(states.isMapped(model("M", ""), "Other", 20)).isTrue();
        assertThat(states.isMapped(model("M", ""), "Other", 1)).isFalse();
        assertThat(states.isMapped(model("Other", ""), "Ready", 1)).isFalse();
        assertThat(states.isMapped(model("Normal", ""), "Implement", -1)).isTrue();
    }
}
