package io.jenkins.plugins.servicenowgate.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;

/** A linker by itself, and deployments that have no change yet. */
abstract class Linking extends Scripted {
    static final String ASKED = "GET active=true^short_description=" + TITLE;
    static final String CREATION = "{\"description\":\"d\",\"short_description\":\"" + TITLE + "\"}";

    final ChangeLinker linker = new ChangeLinker(clock);

    final class Unlinked extends Waiter {
        Unlinked(String number) {
            super(number);
        }

        ChangeLinker.Outcome link() throws ServiceNowException, IOException {
            return linker.link(gate, client, PACE);
        }

        void isLinked(Reason how, char sysId, String number) throws ServiceNowException, IOException {
            ChangeLinker.Outcome outcome = link();
            assertThat(outcome).isInstanceOf(ChangeLinker.Outcome.Linked.class);
            ChangeLinker.Outcome.Linked linked = (ChangeLinker.Outcome.Linked) outcome;
            assertThat(linked.news()).isEqualTo(Phrase.of(how, number, TITLE, newChange.label()));
            assertThat(linked.change().number()).isEqualTo(number);
            assertThat(record.sysId())
                    .isEqualTo(id(sysId))
                    .isEqualTo(linked.change().sysId());
            assertThat(saved).last().isEqualTo(number + ", " + record.creationsSent() + " sent, the last null");
        }

        void isRefused(Reason reason, String... arguments) throws ServiceNowException, IOException {
            assertThat(link()).isEqualTo(new ChangeLinker.Outcome.Refused(Phrase.of(reason, arguments)));
            assertThat(record.isLinked()).isFalse();
        }

        void isUnsettled() throws ServiceNowException, IOException {
            assertThat(link())
                    .isEqualTo(new ChangeLinker.Outcome.Unsettled(Phrase.of(Reason.CREATION_UNCERTAIN, TITLE)));
            assertThat(record.isLinked()).isFalse();
        }

        ServiceNowException fails() {
            ServiceNowException failure = catchThrowableOfType(ServiceNowException.class, this::link);
            assertThat(failure).isNotNull();
            assertThat(record.isLinked()).isFalse();
            return failure;
        }
    }

    Unlinked byTitle() {
        return new Unlinked(null);
    }
}
