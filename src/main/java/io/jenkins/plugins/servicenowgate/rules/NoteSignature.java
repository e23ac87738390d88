package io.jenkins.plugins.servicenowgate.rules;

import edu.umd.cs.findbugs.annotations.NonNull;

/** Ends every work note and every close note of this plugin, so that each controller recognizes them. */
public final class NoteSignature {
    private static final String NAME = "ServiceNow Gate";

    private NoteSignature() {}

    /**
     * @param mark unique for each note of all deployments; empty for close notes
     */
    @NonNull
    public static String of(@NonNull String mark) {
        return "[" + NAME + (mark.isEmpty() ? "]" : " " + mark + "]");
    }

    /** Whether close notes were written by this plugin, on whichever controller. */
    public static boolean isIn(@NonNull String closeNotes) {
        return closeNotes.contains(of(""));
    }
}
