package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import io.jenkins.plugins.servicenowgate.servicenow.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which change it is, of those that there are: by its number, by its title, and from which template a new one comes. */
class ChangeResolverTest extends ResolverTestBase {
    @Test
    void goesByTheNumberThatWasEntered() throws Exception {
        instance.json(list(row('a', "CHG7", TITLE)));
        Unlinked waiter = new Unlinked(" CHG7 ");

        waiter.isLinked("ChangeResolver.LinkedByNumber", 'a', "CHG7");
        assertThat(waiter.saved).containsExactly("CHG7, 0 sent, the last null");
        assertThat(instance.sent()).containsExactly("GET number=CHG7");
    }

    @Test
    void neverCreatesInsteadOfANumber() throws Exception {
        instance.json(NONE);

        new Unlinked("CHG7").isRefused("ChangeResolver.NumberNotFound", "CHG7");
        new Unlinked("CHG7^x\u001b").isRefused("ChangeResolver.NumberMalformed", "CHG7^x");
        assertThat(instance.sent()).containsExactly("GET number=CHG7");
    }

    /** Two rows with one number: neither is the change that was meant for certain. */
    @Test
    void aNumberThatIsThereTwiceIsNoAnswer() {
        instance.json(list(row('a', "CHG7", TITLE), row('b', "CHG7", TITLE)));

        ServiceNowException failure = new Unlinked("CHG7").fails();
        assertThat(failure.problem()).isEqualTo(FailureKind.BAD_ANSWER);
        assertThat(failure.localizable())
                .hasToString(Messages.ChangeApi_SameNumberTwice("https://scripted.example", "CHG7"));
    }

    @Test
    void takesTheOneOpenChangeOfTheTitle() throws Exception {
        instance.json(list(row('a', "CHG1", TITLE), row('b', "CHG2", TITLE + "s")));
        Unlinked waiter = byTitle();

        waiter.isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");
        assertThat(waiter.told).isEmpty();
        assertThat(instance.sent()).containsExactly(ASKED);
    }

    @Test
    void refusesToChooseAmongSeveral() throws Exception {
        instance.json(list(row('a', "CHG2", TITLE), row('b', "CHG1", TITLE)));

        byTitle().isRefused("ChangeResolver.SeveralChanges", TITLE, "CHG1, CHG2");
        assertThat(instance.sent()).containsExactly(ASKED);
    }

    /** In Review, and by this plugin: its close notes say so, or this controller remembers. */
    @Test
    void passesOverChangesThatServedADeployment() throws Exception {
        finished.add(id('b'));
        instance.json(list(
                row('a', "CHG1", TITLE, 0, true, "Deployed.\\n[ServiceNow Gate]"),
                row('b', "CHG2", TITLE, 0, true, ""),
                row('c', "CHG3", TITLE)));

        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'c', "CHG3");
    }

    @Test
    void takesAChangeThatPeopleReviewOrReopened() throws Exception {
        instance.json(list(row('a', "CHG1", TITLE, 0, true, "Done by hand.")));
        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");

        finished.add(id('b'));
        instance.json(list(row('b', "CHG2", TITLE, -1, true, "[ServiceNow Gate]")));
        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'b', "CHG2");
    }

    @Test
    void createsAnEmergencyChangeWhereThatIsWanted() throws Exception {
        newChange = new NewChange.Emergency();
        instance.json(NONE).json(one(ofType("emergency", row('a', "CHG1", TITLE))));

        byTitle().isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent()).containsExactly(ASKED, "POST /emergency " + CREATION);
    }

    /** Whoever approves the other type is not whom the environment asks for. */
    @ParameterizedTest
    @ValueSource(strings = {"emergency", "standard", ""})
    void refusesWhatWasCreatedWithAnotherType(String type) throws Exception {
        instance.json(NONE).json(one(ofType(type, row('a', "CHG1", TITLE))));

        byTitle().isRefused("ChangeResolver.CreatedOtherType", "CHG1", type, "normal");
        assertThat(instance.sent()).containsExactly(ASKED, "POST /normal " + CREATION);
    }

    /** Where administrators decide who approves, the model counts like the type. */
    @Test
    void aChangeThatIsFoundMustBeOfTheModel() throws Exception {
        newChange = new NewChange.OfModel("Low risk");
        acceptedTypes = Set.of(newChange.type());
        for (String other : List.of("low risk", "Normal")) {
            instance.json(list(ofModel(other, row('a', "CHG1", TITLE))));
            byTitle().isRefused("ChangeResolver.FoundOtherType", "CHG1", "model " + other, "model Low risk");
        }
        instance.json(list(row('a', "CHG1", TITLE)));
        byTitle().isRefused("ChangeResolver.FoundOtherType", "CHG1", "", "model Low risk");
        instance.json(list(ofModel("Low risk", row('a', "CHG1", TITLE))));
        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");
    }

    @Test
    void aChangeThatIsFoundMustNotBeOfAModelThatNobodyAskedFor() throws Exception {
        acceptedTypes = Set.of("normal");
        instance.json(list(ofModel("Low risk", row('a', "CHG1", TITLE))));
        byTitle().isRefused("ChangeResolver.FoundOtherModel", "CHG1", "Low risk");
        instance.json(list(ofModel("Normal", row('a', "CHG1", TITLE))));
        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");
        // Created by a deployment: the model is the one that a change manager designated.
        instance.json(
                list(ofModel("Low risk", createdBy(UUID.randomUUID().toString(), "normal", row('b', "CHG2", TITLE)))));
        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'b', "CHG2");
    }

    /** The change of a deployment that was refused for the type, or that ended before it compared the type. */
    @ParameterizedTest
    @CsvSource({
        "normal, 'Jenkins, requested type: normal', emergency, false",
        "normal, 'Jenkins, requested type: normal', '', false",
        "normal, '', emergency, false",
        "normal, somebody, standard, false",
        "normal, '', normal, true",
        "normal, 'Jenkins, requested type: emergency', emergency, true",
        "normal, 'Jenkins, requested type: emergency', normal, false",
    })
    void aChangeThatADeploymentCreatedHasTheRequestedType(String now, String display, String type, boolean linked)
            throws Exception {
        instance.json(list(createdBy(UUID.randomUUID().toString(), display, ofType(type, row('a', "CHG1", TITLE)))));

        if (linked) {
            byTitle().isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");
        } else {
            byTitle()
                    .isRefused(
                            "ChangeResolver.CreatedOtherType",
                            "CHG1",
                            type,
                            display.startsWith("Jenkins") ? display.replaceAll(".* ", "") : now);
        }
        assertThat(instance.sent()).containsExactly(ASKED);
    }

    /** People, and other tools, may create any type; so may those whose change is given by its number. */
    @ParameterizedTest
    @ValueSource(strings = {"", "INC0010001", "1-2-3"})
    void aChangeThatSomebodyElseCreatedMayHaveAnyType(String id) throws Exception {
        String row = ofType("emergency", row('a', "CHG1", TITLE));
        instance.json(list(createdBy(id, "", row)))
                .json(list(createdBy(UUID.randomUUID().toString(), "", row)));

        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");
        new Unlinked("CHG1").isLinked("ChangeResolver.LinkedByNumber", 'a', "CHG1");
    }

    @Test
    void namesTheNumberThatTheInstanceIgnored() throws Exception {
        instance.json("{\"result\":[{\"__meta\":{\"fields\":{\"ignored\":[\"number\"]}}}]}");

        Unlinked waiter = new Unlinked("CHG7");
        waiter.isRefused(
                "ChangeResolver.NumberUnproven",
                "CHG7",
                Messages.ChangeApi_QueryNotApplied("https://scripted.example", "number"));
        assertThat(instance.sent()).hasSize(1);
    }

    private static String template(char sysId, String name) {
        return "{\"sys_id\":{\"value\":\"" + id(sysId) + "\"},\"sys_name\":{\"value\":\"" + name
                + "\"},\"active\":{\"value\":true}}";
    }

    @Test
    void createsFromTheRowOfTheTemplate() throws Exception {
        newChange = new NewChange.Standard("Deploy");
        instance.json(NONE).json(list(template('c', "Deploy"))).json(one(ofType("standard", row('a', "CHG1", TITLE))));

        byTitle().isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent())
                .containsExactly(
                        ASKED,
                        "GET /standard/template active=true^sys_name=Deploy",
                        "POST /standard/" + id('c') + " " + CREATION);
    }

    @Test
    void refusesATemplateThatIsThereTwice() throws Exception {
        newChange = new NewChange.Standard("Deploy");
        instance.json(NONE).json(list(template('d', "Deploy"), template('c', "Deploy")));
        Unlinked waiter = byTitle();

        waiter.isRefused("TemplateMatch.NotUnique", "Deploy", id('c') + ", " + id('d'));
        assertThat(waiter.saved).as("nothing was to be sent").isEmpty();
        assertThat(instance.sent()).hasSize(2);
    }

    @Test
    void namesTheTemplatesThatThereAre() throws Exception {
        newChange = new NewChange.Standard("Deploy");
        instance.json(NONE).json(NONE).json(list(template('c', "b"), template('d', "deploy"), template('e', "b")));

        byTitle().isRefused("TemplateMatch.NotFound", "Deploy", "\"b\", \"deploy\"");
    }

    @ParameterizedTest
    @ValueSource(ints = {20, 21})
    void namesNoMoreThanTwenty(int templates) throws Exception {
        newChange = new NewChange.Standard("Deploy");
        List<String> rows = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int i = 0; i < templates; i++) {
            rows.add(template('c', "t" + (10 + i)));
            names.add("\"t" + (10 + i) + "\"");
        }
        instance.json(NONE).json(NONE).json(list(rows.toArray(new String[0])));

        byTitle().isRefused("TemplateMatch.NotFound", "Deploy", String.join(", ", names.subList(0, 20)));
    }

    @Test
    void reportsThatThereAreNoTemplates() throws Exception {
        newChange = new NewChange.Standard("Deploy");
        instance.json(NONE).json(NONE).json(NONE);

        byTitle().isRefused("TemplateMatch.NoneAtAll", "Deploy");
    }

    // ---- where administrators decide who approves

    @Test
    void aNumberMustHaveExactlyTheTitle() throws Exception {
        acceptedTypes = Set.of("normal");
        instance.json(list(row('a', "CHG7", TITLE + "s"))).json(list(row('a', "CHG7", TITLE)));
        new Unlinked("CHG7").isRefused("ChangeResolver.FoundOtherTitle", "CHG7", TITLE + "s", TITLE);
        new Unlinked("CHG7").isLinked("ChangeResolver.LinkedByNumber", 'a', "CHG7");
    }

    @Test
    void whereJobsDecideANumberMayHaveAnotherTitle() throws Exception {
        instance.json(list(row('a', "CHG7", "Another title")));
        Unlinked waiter = new Unlinked("CHG7");
        assertThat(waiter.link()).isInstanceOf(ChangeResolver.LinkResult.Linked.class);
        assertThat(waiter.record.isByNumber()).isTrue();
    }

    @Test
    void aFoundChangeMustBeOfAnAcceptedType() throws Exception {
        acceptedTypes = Set.of("normal", "emergency");
        instance.json(list(ofType("standard", row('a', "CHG1", TITLE))))
                .json(list(ofType("emergency", row('b', "CHG2", TITLE))));
        byTitle().isRefused("ChangeResolver.FoundOtherType", "CHG1", "standard", "emergency, normal");
        Unlinked waiter = byTitle();
        waiter.isLinked("ChangeResolver.LinkedByTitle", 'b', "CHG2");
        assertThat(waiter.record.isByNumber()).isFalse();
    }

    @Test
    void aFoundStandardChangeMustBeOfTheTemplate() throws Exception {
        acceptedTypes = Set.of("standard", "emergency");
        newChange = new NewChange.Standard("Deploy shop");
        instance.json(list(fromTemplate("Deploy web - 3", row('a', "CHG1", TITLE))))
                .json(list(fromTemplate("Deploy shop - 3", row('b', "CHG2", TITLE))))
                .json(list(ofType("emergency", row('c', "CHG3", TITLE))));
        byTitle().isRefused("ChangeResolver.FoundOtherTemplate", "CHG1", "Deploy web - 3", "Deploy shop");
        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'b', "CHG2");
        byTitle().isLinked("ChangeResolver.LinkedByTitle", 'c', "CHG3");
    }
}
