package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.servicenow.FailureKind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A creation whose answer was lost is found by the id of its deployment, whatever title the instance stored. */
class LostCreationTest extends ResolverTestBase {
    private static final String ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";
    private static final String OTHER_ID = "ffffffff-4e5f-6789-abcd-ef0123456789";
    private static final String REQUESTED = "Jenkins, requested type: normal";
    private static final String BY_ID = "GET correlation_id=" + ID;

    @BeforeEach
    void deployment() {
        deploymentId = ID;
    }

    /** As after a restart that came between the request and its answer. */
    private Unlinked inDoubt() {
        Unlinked waiter = byTitle();
        waiter.record.creationStarts(NOW);
        return waiter;
    }

    private static String own(char sysId, String number, String title) {
        return createdBy(ID, REQUESTED, row(sysId, number, title));
    }

    @Test
    void itIsLinkedAtOnce() throws Exception {
        instance.json(NONE).json(list(own('a', "CHG1", TITLE)));
        Unlinked waiter = inDoubt();

        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent()).containsExactly(ASKED, BY_ID);
        assertThat(waiter.told).isEmpty();
    }

    @Test
    void itGetsItsTitle() throws Exception {
        instance.json(NONE)
                .json(list(own('a', "CHG1", "of the template")))
                .json(one(row('a', "CHG1", TITLE)))
                .json(list(own('a', "CHG1", TITLE)));
        Unlinked waiter = inDoubt();

        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent())
                .containsExactly(
                        ASKED,
                        BY_ID,
                        "PATCH /" + id('a') + " {\"short_description\":\"" + TITLE + "\"}",
                        "GET sys_idIN" + id('a'));
        assertThat(waiter.told)
                .map(Object::toString)
                .containsExactly(Messages.ChangeResolver_TitleSetAgain("CHG1", "of the template", TITLE));
    }

    @Test
    void itMustHaveTheTypeThatWasRequested() throws Exception {
        instance.json(NONE).json(list(ofType("emergency", own('a', "CHG1", "x"))));
        inDoubt().isRefused("ChangeResolver.CreatedOtherType", "CHG1", "emergency", "normal");
    }

    @Test
    void noneOfSeveralIsChosen() throws Exception {
        instance.json(NONE).json(list(own('b', "CHG2", "x"), own('a', "CHG1", "y")));
        inDoubt().isRefused("ChangeResolver.SeveralChanges", TITLE, "CHG1, CHG2");
    }

    /** Closed, or served by a deployment already, or of somebody else: the creation may still come true. */
    @Test
    void whatApprovesNothingAnyMoreIsNotIt() throws Exception {
        finished.add(id('d'));
        instance.json(NONE)
                .json(list(
                        createdBy(ID, REQUESTED, row('a', "CHG1", "x", 3, false, "")),
                        createdBy(ID, REQUESTED, row('b', "CHG2", "x", 0, true, "[ServiceNow Gate]")),
                        createdBy(ID, REQUESTED, row('d', "CHG4", "x", 0, true, "")),
                        createdBy(OTHER_ID, REQUESTED, row('c', "CHG3", "x")),
                        row('e', "CHG5", "x")));
        inDoubt().isUnsettled();
        assertThat(instance.sent()).containsExactly(ASKED, BY_ID);
    }

    /** A user who may not search by that column can't find it, so its time has to pass. */
    @Test
    void aSearchThatTheInstanceIgnoresFindsNothing() throws Exception {
        String ignored = "{\"result\":[{\"__meta\":{\"fields\":{\"ignored\":[\"correlation_id\"]}}}]}";
        instance.json(NONE).json(ignored);
        Unlinked waiter = inDoubt();
        waiter.isUnsettled();

        clock.set(NOW.plus(PACE.settle()).plusMillis(1));
        instance.json(NONE).json(ignored).json(one(own('a', "CHG1", TITLE)));
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(waiter.record.creationsSent()).isEqualTo(2);
    }

    @Test
    void anOutageOfTheSearchSaysNothing() {
        instance.json(NONE).then(503, "text/html", "");
        assertThat(inDoubt().fails().problem()).isEqualTo(FailureKind.UNAVAILABLE);
    }

    @Test
    void itIsFoundAfterItsTime() throws Exception {
        Unlinked waiter = inDoubt();
        clock.advance(Duration.ofHours(1));
        instance.json(NONE).json(list(own('a', "CHG1", TITLE)));
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(waiter.record.creationsSent()).isEqualTo(1);
    }

    @Test
    void whereNoneWasSentNoneIsSearchedFor() throws Exception {
        instance.json(NONE).json(one(own('a', "CHG1", TITLE)));
        byTitle().isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(instance.sent()).hasSize(2).first().isEqualTo(ASKED);
    }

    /** Its own deployment decides about it. */
    @Test
    void anotherDeploymentOfTheTitleWaitsForIt() throws Exception {
        instance.json(NONE).then(502, "text/html", "");
        byTitle().fails();

        deploymentId = OTHER_ID;
        instance.json(NONE).json(list(own('a', "CHG1", "x")));
        byTitle().isUnsettled();
        assertThat(instance.sent()).last().isEqualTo(BY_ID);
    }

    // ---- the evidence in its columns

    private void tell() {
        evidence = new ChangeEvidence("Version 1\n3 commits", "tests", "", "", "", "{}", List.of());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void theEvidenceIsInTheColumnsOfTheOwnChangeAlone(boolean isOwn) throws Exception {
        tell();
        Unlinked waiter = inDoubt();
        waiter.record.evidenceSent(true);
        instance.json(list(createdBy(isOwn ? ID : OTHER_ID, REQUESTED, row('a', "CHG1", TITLE))));
        waiter.isLinked("ChangeResolver.LinkedByTitle", 'a', "CHG1");
        assertThat(waiter.record.isEvidenceInColumns()).isEqualTo(isOwn);
    }

    @Test
    void aChangeThatIsCreatedWithTheEvidenceTellsIt() throws Exception {
        tell();
        instance.json(NONE).json(one(own('a', "CHG1", TITLE)));
        Unlinked waiter = byTitle();
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(waiter.record.isEvidenceInColumns()).isTrue();
    }

    /** A missing right is not mended by leaving the evidence out. */
    @Test
    void aCreationThatIsForbiddenIsNotSentWithoutTheEvidence() {
        tell();
        instance.json(NONE).then(403, "application/json", OWN_ERROR);
        Unlinked waiter = byTitle();
        assertThat(waiter.fails().problem()).isEqualTo(FailureKind.FORBIDDEN);
        assertThat(waiter.record.isEvidenceRefused()).isFalse();
        assertThat(instance.sent()).hasSize(2);
    }

    @Test
    void aCreationThatIsRejectedIsSentWithoutTheEvidence() throws Exception {
        tell();
        instance.json(NONE).then(400, "application/json", OWN_ERROR).json(one(own('a', "CHG1", TITLE)));
        Unlinked waiter = byTitle();
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
        assertThat(instance.sent().get(1)).contains("\"description\":\"Version 1\\n3 commits\"", "test_plan");
        assertThat(instance.sent().get(2))
                .contains("\"description\":\"Version 1\"")
                .doesNotContain("test_plan");
        assertThat(waiter.told).singleElement().satisfies(told -> {
            assertThat(told.getKey()).isEqualTo("ChangeResolver.EvidenceRejected");
            assertThat(told.toString()).contains(": no");
        });
    }

    @Test
    void aDescriptionThatTheInstanceIgnoresTellsNothing() throws Exception {
        tell();
        String row = own('a', "CHG1", TITLE);
        instance.json(NONE)
                .json(one(row.substring(0, row.length() - 1) + ",\"__meta\":{\"ignoredFields\":[\"description\"]}}"));
        Unlinked waiter = byTitle();
        waiter.isLinked("ChangeResolver.Created", 'a', "CHG1");
        assertThat(waiter.record.isEvidenceInColumns()).isFalse();
    }
}
