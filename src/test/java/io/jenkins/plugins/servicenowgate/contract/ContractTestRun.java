package io.jenkins.plugins.servicenowgate.contract;

import java.io.PrintStream;
import java.util.List;
import java.util.UUID;

/** One run: reads, writes if wanted, cancels what it created, and prints the table. */
final class ContractTestRun {
    private final Instance instance;
    private final PrintStream out;
    private final FactTable facts = new FactTable();

    ContractTestRun(Instance instance, PrintStream out) {
        this.instance = instance;
        this.out = out;
    }

    /**
     * @param options null to read only
     * @return whether nothing is left of it in ServiceNow
     */
    boolean run(WriteChecks.Options options) {
        new ReadChecks(instance, facts).run();
        if (options == null) {
            return true;
        }
        TestChanges changes = new TestChanges(instance, UUID.randomUUID().toString());
        List<String> left;
        try {
            new WriteChecks(instance, facts, changes, options).run();
        } finally {
            left = changes.cancelAll();
            left.forEach(change -> out.println("NOT CANCELED, do it by hand: " + change));
        }
        out.println("Changes that were created: " + changes.count() + ", canceled: " + (changes.count() - left.size()));
        return left.isEmpty();
    }

    FactTable facts() {
        return facts;
    }
}
