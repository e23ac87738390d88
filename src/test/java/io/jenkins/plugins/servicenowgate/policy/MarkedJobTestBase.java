package io.jenkins.plugins.servicenowgate.policy;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;

import hudson.model.Item;
import hudson.model.TopLevelItem;
import io.jenkins.plugins.servicenowgate.config.ChangeField;
import io.jenkins.plugins.servicenowgate.config.Environment;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkins;
import java.util.List;
import jenkins.model.Jenkins;
import org.htmlunit.html.HtmlForm;
import org.junit.jupiter.api.BeforeEach;

/** The owner's folder and job, both marked, and a user who may change marks. */
abstract class MarkedJobTestBase extends OwnedJobTestBase {
    /** Has ServiceNow Gate/Mark. */
    static final String MARKER = "marker";

    @BeforeEach
    final void mark() throws Exception {
        authorization
                .grant(Item.EXTENDED_READ, Item.CREATE, Item.DELETE)
                .everywhere()
                .to(DEVELOPER)
                .grant(
                        Jenkins.READ,
                        Item.READ,
                        Item.CONFIGURE,
                        Item.EXTENDED_READ,
                        Item.CREATE,
                        Item.DELETE,
                        Permissions.MARK)
                .everywhere()
                .to(MARKER);
        folder.addProperty(folderMark("corp"));
        job.addProperty(ControlledJenkins.queuedMark("1"));
        job.setDescription("old");
    }

    static ChangeControlFolderProperty folderMark(String connection) throws Exception {
        ChangeControlFolderProperty mark = new ChangeControlFolderProperty();
        mark.setChangeControlled(true);
        mark.setConnection(connection);
        mark.setFields(List.of(new ChangeField("assignment_group", "CAB")));
        Environment environment = ControlledJenkins.environment("Staging", true);
        environment.setStandardChangeTemplate("Deploy");
        environment.setAutomaticTransition("true");
        mark.setEnvironments(List.of(environment));
        return mark;
    }

    final ChangeControlFolderProperty ofFolder() {
        return folder.getProperties().get(ChangeControlFolderProperty.class);
    }

    final ChangeControlJobProperty ofJob() {
        return job.getProperty(ChangeControlJobProperty.class);
    }

    final HtmlForm form(String user, TopLevelItem item) throws Exception {
        return webWithErrors(user).getPage(item, "configure").getFormByName("config");
    }
}
