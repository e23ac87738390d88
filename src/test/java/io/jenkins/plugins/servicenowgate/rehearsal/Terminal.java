package io.jenkins.plugins.servicenowgate.rehearsal;

import java.io.Console;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Scanner;

/** What the commands ask the person in front of them. */
public final class Terminal {
    private Terminal() {}

    /** A secret from the environment, else from a prompt that does not show it. */
    public static String secret(String variable, String prompt) {
        String value = System.getenv(variable);
        if (value != null && !value.isEmpty()) {
            return value;
        }
        Console console = System.console();
        if (console == null) {
            throw new IllegalArgumentException("Set " + variable + ", or run this in a terminal to be asked");
        }
        return new String(console.readPassword("%s: ", prompt));
    }

    /** Whether the person says that the command may begin. */
    public static boolean isConfirmed(PrintStream out) {
        out.print("Begin? [y/N] ");
        out.flush();
        Scanner answers = new Scanner(System.in, StandardCharsets.UTF_8);
        return answers.hasNextLine() && answers.nextLine().strip().equalsIgnoreCase("y");
    }
}
