package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.rules.Reason;
import io.jenkins.plugins.servicenowgate.servicenow.Phrase;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;

/** A linker by itself, and deployments that have no change yet. */
abstract class ResolverTestBase extends ScriptedInstanceTestBase {
    static final String ASKED = "GET active=true^short_description=" + TITLE;
    static final String CREATION = "{\"description\":\"d\",\"short_description\":\"" + TITLE + "\"}";

    final ChangeResolver resolver = new ChangeResolver(context);

    final class Unlinked extends Waiter {
        Unlinked(String number) {
            super(number);
        }

        ChangeResolver.LinkResult link() throws ServiceNowException, IOException {
            return resolver.link(gate, client, PACE);
        }

        void isLinked(Reason how, char sysId, String number) throws ServiceNowException, IOException {
            ChangeResolver.LinkResult outcome = link();
            assertThat(outcome).isInstanceOf(ChangeResolver.LinkResult.Linked.class);
            ChangeResolver.LinkResult.Linked linked = (ChangeResolver.LinkResult.Linked) outcome;
            assertThat(linked.news()).isEqualTo(Phrase.of(how, number, TITLE, newChange.label()));
            assertThat(linked.change().number()).isEqualTo(number);
            assertThat(record.sysId())
                    .isEqualTo(id(sysId))
                    .isEqualTo(linked.change().sysId());
            assertThat(saved).last().isEqualTo(number + ", " + record.creationsSent() + " sent, the last null");
        }

        void isRefused(Reason reason, String... arguments) throws ServiceNowException, IOException {
            assertThat(link()).isEqualTo(new ChangeResolver.LinkResult.Refused(Phrase.of(reason, arguments)));
            assertThat(record.isLinked()).isFalse();
        }

        void isUnsettled() throws ServiceNowException, IOException {
            assertThat(link())
                    .isEqualTo(new ChangeResolver.LinkResult.Unsettled(Phrase.of(Reason.CREATION_UNCERTAIN, TITLE)));
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
