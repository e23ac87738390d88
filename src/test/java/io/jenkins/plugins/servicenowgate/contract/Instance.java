package io.jenkins.plugins.servicenowgate.contract;

import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.JsonNodeFactory;

/** What is sent to an instance, and its unclassified answers. */
public interface Instance {
    String CHANGES = "api/sn_chg_rest/change";

    /** The answer to a {@code GET}; the path has no slash at its beginning. */
    Answer get(String path, Map<String, String> query);

    /** The answer to a {@code POST} or {@code PATCH} of JSON. It is sent once, whatever comes back. */
    Answer send(String method, String path, Map<String, String> fields);

    /** The answer to a {@code POST} of a file. */
    Answer upload(String path, Map<String, String> query, byte[] content);

    /** Signs in twice. */
    List<Token> signIn();

    default Answer get(String path) {
        return get(path, Map.of());
    }

    /**
     * An access token.
     *
     * @param value empty for a sign-in without tokens
     */
    record Token(String value, boolean isScopeNamed, boolean hasLifetime) {
        @Override
        public String toString() {
            return "Token[]";
        }
    }

    /**
     * An answer.
     *
     * @param status 0 if there is none
     * @param json null if the body is not JSON
     * @param isDated whether it has the header {@code Date}
     */
    record Answer(int status, JsonNode json, boolean isDated) {
        public static final Answer NONE = new Answer(0, null, false);

        /** Whether the API did what was asked for. */
        boolean isSuccess() {
            return (status == 200 || status == 201) && json != null && !json.has("error");
        }

        /** Whether ServiceNow itself refused the request, so that it was not carried out. */
        boolean isRefusal() {
            return status >= 400 && status < 500 && status != 408 && status != 429 && isOwnError();
        }

        boolean isOwnError() {
            return json != null && json.has("error");
        }

        JsonNode result() {
            return json == null ? JsonNodeFactory.instance.missingNode() : json.path("result");
        }

        /** The rows of a list: every element with a {@code sys_id}. */
        List<JsonNode> rows() {
            return result().valueStream()
                    .filter(element -> !value(element, "sys_id").isEmpty())
                    .toList();
        }

        /** The one row of an answer, which may be an array. */
        JsonNode row() {
            return result().isArray() ? result().path(0) : result();
        }

        /** What may be told of an answer. */
        String text() {
            if (status == 0) {
                return "no response";
            }
            return "HTTP " + status + (isOwnError() ? ", JSON error" : json == null ? ", not JSON" : "");
        }
    }

    /** The value of a column, of a change or of another table; empty if there is none. */
    static String value(JsonNode row, String column) {
        JsonNode field = row.path(column);
        JsonNode value = field.isObject() ? field.path("value") : field;
        return value.isValueNode() && !value.isNull() ? value.asString() : "";
    }
}
