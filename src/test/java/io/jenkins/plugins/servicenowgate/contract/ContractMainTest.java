package io.jenkins.plugins.servicenowgate.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.jenkins.plugins.servicenowgate.servicenow.InstanceUrl;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ContractMainTest {
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    private int run(String line) {
        return new ContractMain(new PrintStream(printed, true, StandardCharsets.UTF_8)).run(line.split(" "));
    }

    private String printed() {
        return printed.toString(StandardCharsets.UTF_8);
    }

    @ParameterizedTest
    @CsvSource({
        "--write, Give either --base-url or --simulator",
        "--simulator --base-url https://corp.example, Give either --base-url or --simulator",
        "--base-url https://corp.example, With --base-url goes either --client-id or --api-key",
        "--base-url https://corp.example --client-id c --key-store f, With --key-store go --key-id and --subject",
        "--simulator --item x, --template and --item need --write",
        "--base-url, The argument --base-url needs a value",
        "--simulator --x, There is no argument --x",
        "--client-secret hunter2, There is no argument --client-secret: secrets are never arguments",
        "--password=hunter2, There is no argument --password: secrets are never arguments"
    })
    void wrongArgumentsAreNamed(String line, String sentence) {
        assertThat(run(line)).isEqualTo(2);
        assertThat(printed())
                .startsWith(sentence)
                .contains("bin/contract --base-url")
                .doesNotContain("hunter2");
    }

    @Test
    void theSimulatorIsReadByDefault() {
        assertThat(run("--simulator")).isZero();
        assertThat(printed())
                .contains("a simulator: nothing becomes [seen], password, reading only:", "| fact | mark | observed |")
                .contains(
                        "| POST /change/normal creates a change in state New | [seen before] | not tested: needs --write |")
                .doesNotContain("| [seen] |", "[seen: differs]");
    }

    @Test
    void theSimulatorIsWrittenOnDemand() {
        assertThat(run("--simulator --write")).isZero();
        for (Fact fact : Fact.values()) {
            assertThat(printed()).contains("| " + fact.statement() + " | " + fact.mark() + " | ");
        }
        assertThat(printed()).containsPattern("Changes that were created: (\\d+), canceled: \\1\n");
    }

    @ParameterizedTest
    @CsvSource({
        "http://127.0.0.1:8081, true",
        "http://localhost, true",
        "https://127.1.2.3, true",
        "https://192.0.2.1, false"
    })
    void loopbackAddressesAreNoInstance(String url, boolean loopback) {
        assertThat(ContractMain.isLoopback(InstanceUrl.parse(url))).isEqualTo(loopback);
    }
}
