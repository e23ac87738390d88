package io.jenkins.plugins.servicenowgate.rules;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.SysId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is requested, in the form that is stored with the change and compared with it. */
class NewChangeTest {
    private static final String ID = "a".repeat(32);

    private static ChangeRequest change(String type, ChangeModel model) {
        return ChangeFixture.change()
                .sysId(new SysId(ID))
                .state(-5)
                .approval("")
                .type(type)
                .model(model)
                .get();
    }

    @Test
    void theTypeIsTheValueOfTheColumn() {
        assertThat(new NewChange.Normal().type()).isEqualTo("normal");
        assertThat(new NewChange.Emergency().type()).isEqualTo("emergency");
        assertThat(new NewChange.Standard("Deploy").type()).isEqualTo("standard");
        assertThat(new NewChange.OfModel("Low Risk").type()).isEqualTo("model Low Risk");
        assertThat(new NewChange.OfModel("Low Risk").label()).isEqualTo("Low Risk");
    }

    /** Two long names that begin in the same way stay two. */
    @Test
    void aLongNameOfAModelIsShortenedAndStaysItsOwn() {
        String sixty = "x".repeat(60);
        assertThat(new NewChange.OfModel(sixty).type()).isEqualTo("model " + sixty);
        String one = new NewChange.OfModel(sixty + "1").type();
        String other = new NewChange.OfModel(sixty + "2").type();
        assertThat(one).startsWith("model " + "x".repeat(51) + "#").isNotEqualTo(other);
        assertThat(one.length()).isLessThanOrEqualTo("model ".length() + 60);
        assertThat(NewChange.isOfType(change("normal", new ChangeModel(ID, sixty + "1", "")), one))
                .isTrue();
        assertThat(NewChange.isOfType(change("normal", new ChangeModel(ID, sixty + "2", "")), one))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"normal", "emergency"})
    void withoutARequestedModelTheTypeCounts(String requested) {
        ChangeRequest change = change("normal", new ChangeModel(ID, "Low risk", ""));
        assertThat(NewChange.isOfType(change, requested)).isEqualTo(requested.equals("normal"));
        assertThat(NewChange.actualType(change, requested)).isEqualTo("normal");
    }

    @Test
    void aModelThatIsNotReadableIsNone() {
        String requested = new NewChange.OfModel("Low risk").type();
        assertThat(NewChange.isOfType(change("normal", new ChangeModel(ID, "Low risk", "")), requested))
                .isTrue();
        assertThat(NewChange.actualType(change("normal", new ChangeModel(ID, "", "")), requested))
                .isEmpty();
        assertThat(NewChange.actualType(change("normal", new ChangeModel("x", "Low risk", "")), requested))
                .isEmpty();
        assertThat(NewChange.actualType(change("normal", null), requested)).isEmpty();
    }
}
