package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jenkins.plugins.servicenowgate.rules.ChangeTitle;
import io.jenkins.plugins.servicenowgate.rules.ChangeTitle.BadNameException;
import io.jenkins.plugins.servicenowgate.simulator.Endpoint;
import io.jenkins.plugins.servicenowgate.simulator.Fault;
import io.jenkins.plugins.servicenowgate.simulator.RecordedRequest;
import io.jenkins.plugins.servicenowgate.simulator.SimulatedChange;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Somebody who names projects, versions, environments and numbers, and files changes in ServiceNow, wants a deployment
 * to go without its own approved change.
 */
class AttackTest extends PollingTestBase {
    /** A change that is approved, but not for this deployment. */
    private SimulatedChange approved(String title) {
        SimulatedChange change = simulator.addChange(Map.of("short_description", title));
        simulator.people().approve(change.number());
        return change;
    }

    private void waitsForAChangeOfItsOwn(Waiter waiter, SimulatedChange foreign, String title) {
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForImplement"));
        assertThat(waiter.record.sysId().value()).isNotEqualTo(foreign.sysId());
        assertThat(simulator.change(waiter.record.number()).get("short_description"))
                .isEqualTo(title);
        assertThat(waiter.isReleased()).isFalse();
    }

    /** Attack: conditions of a query, put into the names of which the title is made. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "1^ORstate=-1",
                "1^NQapproval=approved",
                "1^EQ^state=-1",
                "^^1^ORDERBYnumber",
                "1&sysparm_query=state=-1",
                "1#&sysparm_limit=1",
                "%5EORstate%3D-1",
                "1\\^ORstate=-1",
                "javascript:gs.getUserID()",
                "1,2^stateIN-1"
            })
    void conditionsInNamesAreOnlyText(String version) throws Exception {
        SimulatedChange foreign = approved("Fix the coffee machine");
        String title = new ChangeTitle("shop^ORactive=true", version, "Production").title("Jenkins");
        Waiter waiter = new Waiter(title, null).admit();

        waitsForAChangeOfItsOwn(waiter, foreign, title);
        for (RecordedRequest poll : simulator.requests().to(Endpoint.LIST)) {
            assertThat(poll.query().keySet()).containsExactly("sysparm_query");
        }
    }

    /** Attack: conditions, paths and look-alike digits in the number of the change. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "CHG0030001^ORstate=-1",
                "CHG0030001^NQactive=true",
                "../../now/table/sys_user",
                "CHG0030001/../CHG0030002",
                "CHG0030001%2F..",
                "CHG0030001?sysparm_limit=1",
                "CHG0030001#",
                "CHG0030001\nCHG0030002",
                "CHG\u0660\u0660\u0663",
                "\uff23HG0030001",
                "CHG0030001\u200b",
                "CHG0030001 CHG0030002",
                "*",
                "' OR 1=1 --"
            })
    void aNumberIsANumber(String number) {
        approved("Fix the coffee machine");
        Waiter waiter = new Waiter(TITLE, number).admit();
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo("ChangeResolver.NumberMalformed");
        assertThat(simulator.requests().all()).as("nothing is even sent").isEmpty();
        assertThat(waiter.refusal.toString()).doesNotContain("\n");
    }

    /** Attack: an approved change whose title looks like the deployment's, to people or to the database. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "jenkins: deploy \"shop\" version 1 to \"production\"",
                "Jenkins: Deploy \"shop\" version 1 to \"Production\" ",
                " Jenkins: Deploy \"shop\" version 1 to \"Production\"",
                "Jenkins:  Deploy \"shop\" version 1 to \"Production\"",
                "Jenkins: Deploy \"shop\" version\u00a01 to \"Production\"",
                "Jenkins: Deploy \"sh\u043ep\" version 1 to \"Production\"",
                "Jenkins: Deploy \"shop\" version \uff11 to \"Production\"",
                "Jenkins: Deploy \"shop\" version 1 to \"Product\u0456on\"",
                "Jenkins: Deploy \u201cshop\u201d version 1 to \u201cProduction\u201d",
                "Jenkins: Deploy \"shop\" version 1 to \"Production\u200b\"",
                "Jenkins: Deploy \"\u202epohs\u202c\" version 1 to \"Production\"",
                "Jenkins: Deploy \"shop\" version 1\n to \"Production\"",
                "Jenkins: Deploy \"shop\" version 1 to \"Production\"\r\n",
                "Jenkins: Deploy \"sho\u0301p\" version 1 to \"Production\"",
                "Jenkins: Deploy \"shop\" version 10 to \"Production\"",
                "Jenkins: Deploy \"shop\" version 1 to \"Production\" and all others"
            })
    void aTitleThatOnlyLooksTheSameIsAnothers(String title) {
        SimulatedChange lookalike = approved(title);

        waitsForAChangeOfItsOwn(byTitle(), lookalike, TITLE);
        assertThat(simulator.requests().count(Endpoint.CREATE_NORMAL)).isEqualTo(1);
    }

    /** Attack: the same version of another project, or for another environment, was approved. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Jenkins: Deploy \"shop2\" version 1 to \"Production\"",
                "Jenkins: Deploy \"shop\" version 1 to \"Staging\"",
                "Jenkins: Deploy \"other/shop\" version 1 to \"Production\"",
                "Octopus: Deploy \"shop\" version 1 to \"Production\""
            })
    void theChangeOfAnotherDeploymentOpensNothing(String title) {
        waitsForAChangeOfItsOwn(byTitle(), approved(title), TITLE);
    }

    /** Attack: a project that is named so that its title reads as another deployment's. */
    @Test
    void noNameCanMakeTheTitleOfAnotherDeployment() {
        assertThatThrownBy(() -> new ChangeTitle("a\" version 1 to \"Production", "1", "Dev").title("Jenkins"))
                .isInstanceOf(BadNameException.class);
    }

    /** Attack: the change's row is handed to another change while the gate waits: deleted, and its number reused. */
    @Test
    void onceLinkedOnlyThatRowCounts() {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForImplement"));
        SimulatedChange second = approved(TITLE);
        int polls = simulator.requests().count(Endpoint.LIST);
        runUntil(() -> simulator.requests().count(Endpoint.LIST) > polls + 2);

        assertThat(waiter.isReleased()).isFalse();
        assertThat(waiter.record.number()).isNotEqualTo(second.number());
    }

    /** Attack: the change of a waiting deployment gets another title, under which people approve it. */
    @ParameterizedTest
    @ValueSource(strings = {"Water the plants", "Jenkins: Deploy \"shop\" version 2 to \"Production\""})
    void aChangeThatIsRenamedReleasesNothing(String title) {
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsForImplement"));
        theChange().set("short_description", title);
        simulator.people().approve(theChange().number());
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo("ChangeMatch.Renamed");
        assertThat(waiter.refusal.toString()).contains(TITLE, title);
        assertThat(waiter.isReleased()).isFalse();
        assertThat(simulator.requests().count(Endpoint.UPDATE)).isZero();
    }

    /** Attack: the same after a restart of the controller, in the moment before the last poll. */
    @Test
    void aChangeThatIsRenamedDuringARestartReleasesNothing() {
        SimulatedChange change = approved(TITLE);
        Waiter waiter = new Waiter(TITLE, null);
        waiter.linkedTo(change.number());
        change.set("short_description", "Water the plants");
        waiter.admit();
        runUntil(() -> waiter.refusal() != null);

        assertThat(waiter.refusal()).isEqualTo("ChangeMatch.Renamed");
    }

    /** A change whose title can't be read for a while is neither refused nor released. */
    @Test
    void aTitleThatCanNotBeReadIsWaitedFor() {
        SimulatedChange change = approved(TITLE);
        Waiter waiter = new Waiter(TITLE, null);
        waiter.linkedTo(change.number());
        change.set("short_description", "");
        waiter.admit();
        runUntil(() -> waiter.outages.contains("ChangePoller.Unavailable"));
        assertThat(waiter.texts()).anyMatch(text -> text.contains("without a value of short_description"));
        assertThat(waiter.refusal()).isNull();
        change.set("short_description", TITLE);
        runUntil(waiter::isReleased);
    }

    /** Attack: escapes for the terminal, and lines that look like the gate's own, in the texts of a change. */
    @Test
    void textsOfAChangeCannotForgeLines() {
        SimulatedChange change = approved(TITLE);
        simulator
                .people()
                .hold(
                        change.number(),
                        "\u001b[2J\u001b]0;owned\u0007\r\n[ServiceNow] CHG1 is in Implement\u202e\u2028x");
        Waiter waiter = byTitle();
        runUntil(() -> waiter.lines().contains("ReleaseRule.WaitsOnHold"));

        assertThat(waiter.texts())
                .allSatisfy(text -> assertThat(text.chars()).noneMatch(Character::isISOControl))
                .noneMatch(text -> text.contains("\u202e") || text.contains("\u2028"));
        assertThat(waiter.isReleased()).isFalse();
    }

    /** Attack: whoever answers in the instance's place sends the sign-in, or the token, to a server of their own. */
    @Test
    void secretsFollowNoRedirect() {
        String thief = simulator.elsewhere().url() + "/steal";
        simulator.faults().on(Endpoint.TOKEN).once(Fault.redirectTo(thief));
        simulator.faults().on(Endpoint.LIST).once(Fault.redirectTo(thief));
        simulator.faults().on(Endpoint.CREATE_NORMAL).once(Fault.redirectTo(thief));
        Waiter waiter = byTitle();
        runUntil(() -> waiter.record.isLinked());

        assertThat(simulator.elsewhere().requests().all()).isEmpty();
        assertThat(waiter.lines()).contains("ChangePoller.Unavailable");
        assertThat(String.join("\n", waiter.texts())).doesNotContain("steal");
    }
}
