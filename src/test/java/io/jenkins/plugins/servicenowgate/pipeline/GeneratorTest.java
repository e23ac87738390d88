package io.jenkins.plugins.servicenowgate.pipeline;

import static io.jenkins.plugins.servicenowgate.deployment.SecuredJenkins.DEVELOPER;
import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.deployment.ControlledJenkinsTestBase;
import io.jenkins.plugins.servicenowgate.policy.ChangeControlJobProperty;
import java.net.URL;
import java.util.List;
import net.sf.json.JSONObject;
import org.htmlunit.HttpMethod;
import org.htmlunit.WebRequest;
import org.htmlunit.util.NameValuePair;
import org.jenkinsci.plugins.pipeline.modeldefinition.generator.DirectiveGenerator;
import org.jenkinsci.plugins.pipeline.modeldefinition.generator.OptionsDirective;
import org.jenkinsci.plugins.workflow.cps.SnippetizerTester;
import org.jenkinsci.plugins.workflow.multibranch.JobPropertyStep;
import org.junit.jupiter.api.Test;

/** The code that the generators of Jenkins produce for the mark of a job. */
class GeneratorTest extends ControlledJenkinsTestBase {
    @Test
    void theSnippetGeneratorWritesTheMark() throws Exception {
        ChangeControlJobProperty mark = new ChangeControlJobProperty();
        SnippetizerTester snippets = new SnippetizerTester(asAdministrator());
        snippets.assertRoundTrip(new JobPropertyStep(List.of(mark)), "properties([changeControl()])");
        mark.setProject("Shop");
        mark.setConnection("corp");
        mark.setAutomaticTransition("true");
        mark.setStandardChangeTemplate("Deploy");
        snippets.assertRoundTrip(
                new JobPropertyStep(List.of(mark)),
                "properties([changeControl(automaticTransition: 'true', connection: 'corp', project: 'Shop',"
                        + " standardChangeTemplate: 'Deploy')])");
    }

    @Test
    void theDirectiveGeneratorWritesTheMark() throws Exception {
        JSONObject directive = new JSONObject()
                .element("stapler-class", OptionsDirective.class.getName())
                .element(
                        "options",
                        new JSONObject()
                                .element("stapler-class", ChangeControlJobProperty.class.getName())
                                .element("specified", true)
                                .element("project", "Shop"));
        WebRequest request =
                new WebRequest(new URL(jenkins.getURL(), DirectiveGenerator.GENERATE_URL), HttpMethod.POST);
        request.setRequestParameters(List.of(new NameValuePair("json", directive.toString())));

        String text = web(DEVELOPER).getPage(request).getWebResponse().getContentAsString();

        assertThat(text.replaceAll("\\s+", " ").strip()).isEqualTo("options { changeControl project: 'Shop' }");
    }
}
