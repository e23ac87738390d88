package io.jenkins.plugins.servicenowgate.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A file that is attached to a change. */
public final class SimulatedAttachment implements Row {
    private final long sequence;
    private final String sysId;
    private final String change;
    private final String name;
    private final String contentType;
    private final byte[] content;
    private final String created;

    SimulatedAttachment(
            long sequence,
            String sysId,
            String change,
            String name,
            String contentType,
            byte[] content,
            String created) {
        this.sequence = sequence;
        this.sysId = sysId;
        this.change = change;
        this.name = name;
        this.contentType = contentType;
        this.content = content.clone();
        this.created = created;
    }

    public String name() {
        return name;
    }

    public String contentType() {
        return contentType;
    }

    public int size() {
        return content.length;
    }

    /** The content as UTF-8. */
    public String text() {
        return new String(content, StandardCharsets.UTF_8);
    }

    public String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public String get(String field) {
        return switch (field) {
            case "sys_id" -> sysId;
            case "table_name" -> "change_request";
            case "table_sys_id" -> change;
            case "file_name" -> name;
            case "content_type" -> contentType;
            case "size_bytes" -> Integer.toString(content.length);
            case "hash" -> sha256();
            case "sys_created_on" -> created;
            default -> "";
        };
    }

    @Override
    public long sequence() {
        return sequence;
    }

    @Override
    public String toString() {
        return name + " (" + content.length + " bytes)";
    }
}
