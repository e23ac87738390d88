package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.ModelStates;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.rules.ReleaseDecision;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeFixture;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeModel;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeRequest;
import io.jenkins.plugins.servicenowgate.servicenow.ChangeState;
import io.jenkins.plugins.servicenowgate.servicenow.CreationOrigin;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowClient.ReadResult;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A change that people edit after a deployment was linked to it. */
class ChangeMatchTest extends ScriptedInstanceTestBase {
    private static final String ORIGIN = UUID.randomUUID().toString();

    private static ChangeRequest change(String title, String type, String template, String requested) {
        return change(title, type, template, requested, null);
    }

    private static ChangeRequest change(
            String title, String type, String template, String requested, ChangeModel model) {
        return ChangeFixture.change()
                .title(title)
                .type(type)
                .template(template)
                .origin(requested == null ? null : new CreationOrigin(ORIGIN, requested))
                .model(model)
                .get();
    }

    private static ChangeRequest titled(String title) {
        return change(title, "normal", "", null);
    }

    private static ChangeRequest ofType(String type) {
        return change(TITLE, type, "", null);
    }

    private Waiter linked(ChangeRequest change, boolean byNumber, boolean own) {
        Waiter waiter = new Waiter(byNumber ? "CHG1" : null);
        waiter.record.linksCreated(own);
        waiter.record.link(change, byNumber);
        return waiter;
    }

    private static void released(Waiter waiter, ChangeRequest change) {
        assertThat(waiter.approval.decide(change, NOW, ModelStates.DEFAULT))
                .isInstanceOf(ReleaseDecision.Proceed.class);
        ReadResult read = new ReadResult.Seen(change);
        assertThat(waiter.approval.verify(read)).isSameAs(read);
    }

    private static void refused(Waiter waiter, ChangeRequest change, String reason) {
        assertThat(waiter.approval.decide(change, NOW, ModelStates.DEFAULT))
                .isInstanceOfSatisfying(
                        ReleaseDecision.Refuse.class,
                        refuse -> assertThat(refuse.reason()).hasToString(reason));
    }

    private static void unproven(Waiter waiter, ChangeRequest change, String column) {
        assertThat(waiter.approval.verify(new ReadResult.Seen(change)))
                .isInstanceOfSatisfying(
                        ReadResult.Unreadable.class,
                        unreadable -> assertThat(unreadable.why())
                                .hasToString(Messages.ChangeMatch_ColumnMissing("CHG1", column)));
    }

    /** Found by its title, or created. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anotherTitleIsAnotherDeployment(boolean own) {
        Waiter waiter = linked(titled(TITLE), false, own);
        released(waiter, titled(TITLE));
        refused(waiter, titled(TITLE + "s\u0007"), Messages.ChangeMatch_Renamed("CHG1", TITLE, TITLE + "s"));
        refused(waiter, titled(TITLE + " "), Messages.ChangeMatch_Renamed("CHG1", TITLE, TITLE));
        unproven(waiter, titled(""), "short_description");
    }

    /** Whoever specifies a number may choose any change, unless administrators decide who approves. */
    @Test
    void aNumberMayHaveAnotherTitleWhereJobsDecide() {
        Waiter waiter = linked(titled("Weekly deployment"), true, false);
        released(waiter, titled("Weekly deployments"));
        released(waiter, titled(""));

        acceptedTypes = Set.of("normal");
        waiter = linked(titled(TITLE), true, false);
        refused(waiter, titled("Weekly deployment"), Messages.ChangeMatch_Renamed("CHG1", TITLE, "Weekly deployment"));
        unproven(waiter, titled(""), "short_description");
    }

    /** A record of an earlier version does not know its title: it must be the one that is searched for. */
    @Test
    void withoutAStoredTitleThatOfTheDeploymentCounts() throws Exception {
        Waiter waiter = linked(titled(TITLE), false, false);
        java.lang.reflect.Field title = ChangeLink.class.getDeclaredField("title");
        title.setAccessible(true);
        title.set(waiter.record, null);
        released(waiter, titled(TITLE));
        refused(waiter, titled("x"), Messages.ChangeMatch_Renamed("CHG1", TITLE, "x"));
    }

    /** The prefix of titles may be configured anew while a deployment waits for the change of its former title. */
    @Test
    void theTitleOfTheLinkCounts() {
        Waiter waiter = linked(titled("Octopus: Deploy shop"), false, false);
        released(waiter, titled("Octopus: Deploy shop"));
        refused(waiter, titled(TITLE), Messages.ChangeMatch_Renamed("CHG1", "Octopus: Deploy shop", TITLE));
    }

    @ParameterizedTest
    @CsvSource({
        // requested, own, now, of which type it must be
        ", true, standard, normal",
        ", true, normal,",
        "normal, false, standard, normal",
        "normal, false, normal,",
        "'', false, emergency, normal",
        "emergency, false, normal, emergency",
        "emergency, false, emergency,",
        ", false, standard,",
    })
    void aChangeThatThePluginCreatedKeepsItsType(String requested, boolean own, String now, String must) {
        Waiter waiter = linked(ofType("normal"), false, own);
        ChangeRequest change = change(TITLE, now, "", requested);
        if (must == null) {
            released(waiter, change);
        } else {
            refused(waiter, change, Messages.ChangeMatch_TypeChanged("CHG1", must, now));
            unproven(waiter, change(TITLE, "", "", requested), "type");
        }
    }

    /** Its own type decided when it was found; nobody says which one it must have. */
    @Test
    void aNumberMayHaveAnyTypeWhereJobsDecide() {
        Waiter waiter = linked(ofType("normal"), true, false);
        released(waiter, change(TITLE, "emergency", "", "normal"));
        released(waiter, ofType(""));
    }

    @Test
    void whereAdministratorsDecideTheTypeMustStillBeAccepted() {
        acceptedTypes = Set.of("normal", "emergency");
        for (boolean byNumber : new boolean[] {false, true}) {
            Waiter waiter = linked(ofType("normal"), byNumber, false);
            released(waiter, ofType("emergency"));
            refused(
                    waiter,
                    ofType("standard"),
                    Messages.ChangeResolver_FoundOtherType("CHG1", "standard", "emergency, normal"));
            unproven(waiter, ofType(""), "type");
        }
    }

    @Test
    void whereAdministratorsDecideTheTemplateMustStillBeTheirs() {
        acceptedTypes = Set.of("standard");
        newChange = new NewChange.Standard("Deploy");
        for (boolean own : new boolean[] {false, true}) {
            Waiter waiter = linked(change(TITLE, "standard", "Deploy - 3", null), false, own);
            released(waiter, change(TITLE, "standard", "Deploy - 4", null));
            refused(
                    waiter,
                    change(TITLE, "standard", "Restart - 3", null),
                    Messages.ChangeResolver_FoundOtherTemplate("CHG1", "Restart - 3", "Deploy"));
        }
        unproven(
                linked(change(TITLE, "standard", "Deploy - 3", null), false, false),
                change(TITLE, "standard", "", null),
                "std_change_producer_version");
        // The plugin created its own one from the template, whether the instance shows that or not.
        released(linked(change(TITLE, "standard", "", null), false, true), change(TITLE, "standard", "", null));
    }

    private static ChangeRequest ofModel(char sysId, String name) {
        return change(TITLE, "normal", "", null, new ChangeModel(id(sysId).value(), name, "Implement"));
    }

    /** Otherwise whoever may clear the column turns any state of a model into one of the default life cycle. */
    @Test
    void aNumberWhoseModelIsGoneProvesNothing() {
        unproven(linked(ofModel('b', "Low risk"), true, false), titled(TITLE), "chg_model");
    }

    /** Other people approve changes of another model, though both may release deployments. */
    @ParameterizedTest
    @CsvSource({"false, false, ''", "false, true, ''", "false, true, normal", "true, false, normal"})
    void anotherModelIsAnotherApproval(boolean byNumber, boolean own, String accepted) {
        acceptedTypes = accepted.isEmpty() ? Set.of() : Set.of(accepted);
        Waiter waiter = linked(ofModel('b', "Normal"), byNumber, own);
        released(waiter, ofModel('b', "Normal"));
        refused(waiter, ofModel('c', "Emergency"), Messages.ChangeMatch_ModelChanged("CHG1", "Emergency"));
        // It is hidden at the moment, or was removed: without a model, other states release a deployment.
        unproven(waiter, titled(TITLE), "chg_model");
    }

    /** Nor is one known of a change that had none, or whose record an earlier version has stored. */
    @Test
    void aNumberMayHaveAnyModelWhereJobsDecide() {
        released(linked(ofModel('b', "Normal"), true, false), ofModel('c', "Emergency"));
        released(linked(titled(TITLE), false, true), ofModel('b', "Normal"));
        released(linked(ofModel('b', ""), false, true), ofModel('c', "Emergency"));
    }

    /** A row of another change proves nothing about this one. */
    @Test
    void aNumberIsStillVerified() {
        Waiter waiter = linked(titled(TITLE), false, false);
        waiter.record.link(change('a', "CHG2", ChangeState.NEW));
        assertThat(waiter.approval.verify(new ReadResult.Seen(titled(""))))
                .isInstanceOfSatisfying(
                        ReadResult.Unreadable.class,
                        unreadable -> assertThat(unreadable.why())
                                .hasToString(Messages.ChangePoller_OtherNumber("CHG2", "CHG1")));
        ReadResult absent = new ReadResult.Absent();
        assertThat(waiter.approval.verify(absent)).isSameAs(absent);
    }

    private static void proven(Waiter waiter, ChangeRequest change) {
        ReadResult read = new ReadResult.Seen(change);
        assertThat(waiter.approval.verify(read)).isSameAs(read);
    }

    /** It was requested by its name, which nobody can compare now. */
    @Test
    void whereAModelWasRequestedAnUnreadableOneProvesNothing() {
        newChange = new NewChange.OfModel("Low risk");
        Waiter own = linked(ofModel('b', "Low risk"), false, true);
        proven(own, ofModel('b', "Low risk"));
        unproven(own, ofModel('b', ""), "chg_model");
        Waiter withoutModel = linked(titled(TITLE), false, true);
        proven(withoutModel, titled(TITLE));
        refused(withoutModel, titled(TITLE), Messages.ChangeMatch_TypeChanged("CHG1", "model Low risk", ""));
        // By number, and jobs decide who approves: nobody says which model it must have.
        proven(linked(titled(TITLE), true, false), ofModel('b', ""));
    }

    @Test
    void whereNoModelWasRequestedAnUnreadableOneIsForTheRuleOfStates() {
        Waiter own = linked(ofModel('b', "Normal"), false, true);
        proven(own, ofModel('b', ""));
    }
}
