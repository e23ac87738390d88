package io.jenkins.plugins.servicenowgate.pipeline;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.rules.ChangeFields;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Collectors;

/** The format of the fields of a change in forms: one {@code name=value} per line. */
final class FieldsFormat {
    private FieldsFormat() {}

    /**
     * @throws IllegalArgumentException for a line without an equals sign, or a column that can't be set or is given
     *     twice
     */
    @NonNull
    static Map<String, String> parse(@NonNull String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String line : text.split("\\R")) {
            if (line.isBlank()) {
                continue;
            }
            int equals = line.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException(Messages.GateStep_FieldLine(line.strip()));
            }
            String name = line.substring(0, equals).strip();
            if (fields.put(name, line.substring(equals + 1).strip()) != null) {
                throw new IllegalArgumentException(Messages.ChangeField_NameTwice(name));
            }
        }
        return ChangeFields.merge(Map.of(), fields);
    }

    @NonNull
    static String format(@NonNull Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + field.getValue())
                .collect(Collectors.joining("\n"));
    }
}
