package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.io.IOException;
import org.jvnet.localizer.Localizable;
import org.jvnet.localizer.ResourceBundleHolder;

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
            return resolver.link(approval, client, PACE);
        }

        void isLinked(String how, char sysId, String number) throws ServiceNowException, IOException {
            ChangeResolver.LinkResult outcome = link();
            assertThat(outcome).isInstanceOf(ChangeResolver.LinkResult.Linked.class);
            ChangeResolver.LinkResult.Linked linked = (ChangeResolver.LinkResult.Linked) outcome;
            assertThat(linked.news()).hasToString(text(how, number, TITLE, newChange.label()));
            assertThat(linked.change().number()).isEqualTo(number);
            assertThat(record.sysId())
                    .isEqualTo(id(sysId))
                    .isEqualTo(linked.change().sysId());
            assertThat(saved).last().isEqualTo(number + ", " + record.creationsSent() + " sent, the last null");
        }

        void isRefused(String reason, String... arguments) throws ServiceNowException, IOException {
            assertThat(link()).isInstanceOfSatisfying(ChangeResolver.LinkResult.Refused.class, refused -> {
                assertThat(refused.reason()).hasToString(text(reason, arguments));
            });
            assertThat(record.isLinked()).isFalse();
        }

        void isUnsettled() throws ServiceNowException, IOException {
            assertThat(link())
                    .isInstanceOfSatisfying(
                            ChangeResolver.LinkResult.Unsettled.class,
                            unsettled -> assertThat(unsettled.news())
                                    .hasToString(Messages.ChangeResolver_CreationUncertain(TITLE)));
            assertThat(record.isLinked()).isFalse();
        }

        ServiceNowException fails() {
            ServiceNowException failure = catchThrowableOfType(ServiceNowException.class, this::link);
            assertThat(failure).isNotNull();
            assertThat(record.isLinked()).isFalse();
            return failure;
        }
    }

    private static String text(String key, String... arguments) {
        return new Localizable(ResourceBundleHolder.get(Messages.class), key, (Object[]) arguments).toString();
    }

    Unlinked byTitle() {
        return new Unlinked(null);
    }
}
