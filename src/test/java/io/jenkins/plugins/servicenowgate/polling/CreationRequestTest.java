package io.jenkins.plugins.servicenowgate.polling;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.evidence.ChangeEvidence;
import io.jenkins.plugins.servicenowgate.rules.ItemSetting;
import io.jenkins.plugins.servicenowgate.rules.NewChange;
import io.jenkins.plugins.servicenowgate.servicenow.ServiceNowException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a creating request sends: the evidence, the fields of the deployment, the rows that they refer to. */
class CreationRequestTest extends ScriptedInstanceTestBase {
    private static final String ID = "0a1b2c3d-4e5f-6789-abcd-ef0123456789";
    private static final String TITLE_ALONE = "{\"short_description\":\"" + TITLE + "\"}";

    private Map<String, String> fields = Map.of();
    private Map<ItemSetting, String> items = Map.of();

    @BeforeEach
    void tell() {
        evidence = evidence("Version 1 of shop\n3 commits", "tests", "back", "why");
    }

    private static ChangeEvidence evidence(String description, String test, String backout, String why) {
        return new ChangeEvidence(description, test, backout, why, "the note", "{}", List.of());
    }

    private CreationRequest prepare(boolean withEvidence) throws ServiceNowException {
        ChangeSpec spec = new ChangeSpec(TITLE, null, newChange, fields, false, Set.of())
                .withItems(items)
                .withEvidence(evidence);
        return CreationRequest.prepare(spec, withEvidence, client, NOW);
    }

    private String send(CreationRequest request) throws ServiceNowException {
        assertThat(request.problem()).isNull();
        instance.json(one(ofType(newChange.type(), row('a', "CHG1", TITLE))));
        assertThat(request.send(client).change().number()).isEqualTo("CHG1");
        return instance.sent().get(instance.sent().size() - 1);
    }

    @Test
    void aNormalChangeTellsTheEvidence() throws Exception {
        CreationRequest request = prepare(true);
        assertThat(request.isTold()).isTrue();
        assertThat(send(request))
                .isEqualTo("POST /normal {\"backout_plan\":\"back\",\"description\":\"Version 1 of shop\\n3 commits\","
                        + "\"justification\":\"why\",\"short_description\":\"" + TITLE + "\",\"test_plan\":\"tests\"}");
    }

    @Test
    void anEmergencyChangeToo() throws Exception {
        newChange = new NewChange.Emergency();
        evidence = evidence("d", "", "", "");
        CreationRequest request = prepare(true);
        assertThat(request.isTold()).isTrue();
        assertThat(send(request))
                .isEqualTo("POST /emergency {\"description\":\"d\",\"short_description\":\"" + TITLE + "\"}");
    }

    @Test
    void aStandardChangeDoesNot() throws Exception {
        newChange = new NewChange.Standard("Deploy");
        instance.json(list("{\"sys_id\":{\"value\":\"" + id('c')
                + "\"},\"sys_name\":{\"value\":\"Deploy\"},\"active\":{\"value\":true}}"));
        CreationRequest request = prepare(true);
        assertThat(request.isTold()).isFalse();
        assertThat(send(request)).isEqualTo("POST /standard/" + id('c') + " " + TITLE_ALONE);
    }

    /** After the instance rejected it: what is deployed remains. */
    @Test
    void withoutTheEvidenceItsFirstLineRemains() throws Exception {
        evidence = evidence("Version\u00071\nof shop", "tests", "back", "why");
        CreationRequest request = prepare(false);
        assertThat(request.isTold()).isFalse();
        assertThat(send(request))
                .isEqualTo("POST /normal {\"description\":\"Version 1\",\"short_description\":\"" + TITLE + "\"}");
    }

    @Test
    void evidenceThatSaysNothingIsNotTold() throws Exception {
        evidence = evidence("", "", "", "");
        CreationRequest request = prepare(true);
        assertThat(request.isTold()).isFalse();
        assertThat(send(request)).isEqualTo("POST /normal " + TITLE_ALONE);
        evidence = null;
        assertThat(prepare(true).isTold()).isFalse();
        evidence = evidence("", "tests", "", "");
        assertThat(send(prepare(false))).isEqualTo("POST /normal " + TITLE_ALONE);
    }

    @ParameterizedTest
    @CsvSource({"description, false", "test_plan, true"})
    void aFieldOfTheDeploymentTakesThePlaceOfTheEvidence(String field, boolean told) throws Exception {
        fields = Map.of(field, "by hand");
        CreationRequest request = prepare(true);
        assertThat(request.isTold()).isEqualTo(told);
        assertThat(send(request)).contains("\"" + field + "\":\"by hand\"", "\"backout_plan\":\"back\"");
    }

    @Test
    void saysWhichDeploymentItIsFor() throws Exception {
        ChangeSpec spec = new ChangeSpec(TITLE, null, newChange, fields, false, Set.of()).forDeployment(ID);
        assertThat(send(CreationRequest.prepare(spec, true, client, NOW)))
                .isEqualTo("POST /normal {\"correlation_display\":\"Jenkins, requested type: normal\","
                        + "\"correlation_id\":\"" + ID + "\",\"short_description\":\"" + TITLE + "\"}");
    }

    private static String item(char sysId) {
        return "{\"sys_id\":\"" + id(sysId) + "\",\"name\":\"shop\",\"sys_class_name\":\"c\"}";
    }

    @Test
    void refersToTheRowsOfItsItems() throws Exception {
        evidence = null;
        items = Map.of(ItemSetting.SERVICE, "shop", ItemSetting.CONFIGURATION_ITEM, "shop");
        instance.json(list(item('c'))).json(list(item('d')));
        assertThat(send(prepare(true)))
                .isEqualTo("POST /normal {\"business_service\":\"" + id('d') + "\",\"cmdb_ci\":\"" + id('c')
                        + "\",\"short_description\":\"" + TITLE + "\"}");
        assertThat(instance.sent())
                .startsWith("GET /api/now/table/cmdb_ci name=shop", "GET /api/now/table/cmdb_ci_service name=shop");
    }

    @Test
    void isRefusedForAnItemThatIsNotThere() throws Exception {
        items = Map.of(ItemSetting.SERVICE, "shop", ItemSetting.CONFIGURATION_ITEM, "shop");
        instance.json(list(item('c'))).json(NONE);
        CreationRequest request = prepare(true);
        assertThat(request.problem())
                .hasToString(
                        Messages.ItemMatch_NotFound("service", "shop", "https://scripted.example", "cmdb_ci_service"));
        assertThat(request.isTold()).isFalse();
    }

    @Test
    void isRefusedForATemplateThatIsNotThere() throws Exception {
        newChange = new NewChange.Standard("Deploy");
        instance.json(NONE).json(NONE);
        CreationRequest request = prepare(true);
        assertThat(request.problem()).hasToString(Messages.TemplateMatch_NoneAtAll("Deploy"));
        assertThat(request.isTold()).isFalse();
    }

    @Test
    void refersToTheRowOfItsModel() throws Exception {
        evidence = null;
        newChange = new NewChange.OfModel("Low risk");
        instance.json(list("{\"sys_id\":{\"value\":\"" + id('d')
                + "\"},\"sys_name\":{\"value\":\"Low risk\"},\"active\":{\"value\":true}}"));
        CreationRequest request = prepare(true);
        assertThat(request.problem()).isNull();
        instance.json(one(row('a', "CHG1", TITLE)));
        assertThat(request.send(client).change().number()).isEqualTo("CHG1");
        assertThat(instance.sent())
                .containsExactly(
                        "GET /model active=true^sys_name=Low risk",
                        "POST {\"chg_model\":\"" + id('d') + "\",\"short_description\":\"" + TITLE + "\"}");
    }

    @Test
    void isRefusedForAModelThatIsNotThere() throws Exception {
        newChange = new NewChange.OfModel("Low risk");
        instance.json(NONE).json(NONE);
        assertThat(prepare(true).problem()).hasToString(Messages.TemplateMatch_NoModelAtAll("Low risk"));
    }
}
