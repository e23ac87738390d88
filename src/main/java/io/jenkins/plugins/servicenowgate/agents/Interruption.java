package io.jenkins.plugins.servicenowgate.agents;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.TaskListener;
import io.jenkins.plugins.servicenowgate.deployment.Console;
import java.util.Objects;
import jenkins.model.CauseOfInterruption;

/** Why a run or its work was aborted, in one sentence, which is printed to the console in the format of the plugin. */
final class Interruption extends CauseOfInterruption {
    private static final long serialVersionUID = 1L;
    private final String sentence;

    Interruption(@NonNull String sentence) {
        this.sentence = sentence;
    }

    @Override
    public String getShortDescription() {
        return sentence;
    }

    @Override
    public void print(@NonNull TaskListener listener) {
        Console.print(listener, sentence);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Interruption interruption && interruption.sentence.equals(sentence);
    }

    @Override
    public int hashCode() {
        return Objects.hash(sentence);
    }
}
