package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.Serial;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import net.sf.json.JSONObject;
import org.jenkinsci.plugins.structs.describable.UninstantiatedDescribable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.DataBoundSetter;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.verb.POST;

/**
 * What approvers are told about a deployment. Each declaration adds to the others: none takes anything away. Without a
 * symbol, so that scripts write it as a map.
 */
public final class EvidenceSettings extends AbstractDescribableImpl<EvidenceSettings> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    /** The links as lines. */
    private static final String LINES = "linkLines";

    private static final Set<String> NAMES = Set.of("changes", "tests", "artifacts", "files", "links");

    private String changes;
    private String tests;
    private List<String> artifacts;
    private List<String> files;
    private Map<String, String> links;

    @DataBoundConstructor
    public EvidenceSettings() {
        // All settings are optional.
    }

    /** The commits since the version that was last released to the environment. */
    public boolean isChanges() {
        return StrictBoolean.read(changes, false, false);
    }

    @DataBoundSetter
    public void setChanges(boolean changes) {
        this.changes = changes ? "true" : null;
    }

    /** The totals of the tests. */
    public boolean isTests() {
        return StrictBoolean.read(tests, false, false);
    }

    @DataBoundSetter
    public void setTests(boolean tests) {
        this.tests = tests ? "true" : null;
    }

    /** Ant patterns of the artifacts that are listed with their checksums. */
    @NonNull
    public List<String> getArtifacts() {
        return texts(artifacts);
    }

    @DataBoundSetter
    public void setArtifacts(List<String> artifacts) {
        this.artifacts = EvidenceFormat.lines(artifacts);
    }

    /** Ant patterns of the files that become attachments of the change. */
    @NonNull
    public List<String> getFiles() {
        return texts(files);
    }

    @DataBoundSetter
    public void setFiles(List<String> files) {
        this.files = EvidenceFormat.lines(files);
    }

    /** Addresses by name. */
    @NonNull
    public Map<String, String> getLinks() {
        Map<String, String> readable = new LinkedHashMap<>();
        Util.<Map<?, ?>>fixNull(links, Map.of()).forEach((name, address) -> {
            if (name instanceof String && address instanceof String) {
                readable.put((String) name, (String) address);
            }
        });
        return Collections.unmodifiableMap(readable);
    }

    /**
     * @throws IllegalArgumentException for an address that is neither http nor https
     */
    @DataBoundSetter
    public void setLinks(Map<String, String> links) {
        Map<String, String> checked = new LinkedHashMap<>();
        // Scripts may pass texts that are GStrings.
        for (Map.Entry<?, ?> link : Util.<Map<?, ?>>fixNull(links, Map.of()).entrySet()) {
            String name =
                    link.getKey() == null ? "" : String.valueOf(link.getKey()).strip();
            String address = link.getValue() == null
                    ? ""
                    : String.valueOf(link.getValue()).strip();
            EvidenceFormat.checkLink(name, EvidenceFormat.withoutVariables(address));
            checked.put(name, address);
        }
        this.links = checked.isEmpty() ? null : checked;
    }

    /** For the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getArtifactLines() {
        return String.join("\n", getArtifacts());
    }

    /** For the form, one per line. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public String getFileLines() {
        return String.join("\n", getFiles());
    }

    /** The links for forms and Job DSL, which know no maps: one {@code name=address} per line. */
    @NonNull
    public String getLinkLines() {
        return getLinks().entrySet().stream()
                .map(link -> link.getKey() + "=" + link.getValue())
                .collect(Collectors.joining("\n"));
    }

    /**
     * @throws IllegalArgumentException for a line that is not a link, or an address that is neither http nor https
     */
    @DataBoundSetter
    public void setLinkLines(String lines) {
        setLinks(EvidenceFormat.links(Util.fixNull(lines)));
    }

    /**
     * Validates the booleans of a submitted form, which data binding would take for false.
     *
     * @throws IllegalArgumentException for the first value that is neither {@code true} nor {@code false}
     */
    static void checkForm(@CheckForNull Object form) {
        if (form instanceof JSONObject evidence) {
            StrictBoolean.check(evidence, "changes", "tests");
        }
    }

    private static List<String> texts(List<String> stored) {
        return StoredList.readable(stored, String.class, text -> true).toList();
    }

    /** Whether nothing is to be told. */
    @Restricted(NoExternalUse.class)
    public boolean isEmpty() {
        return equals(new EvidenceSettings());
    }

    /** The settings; null if they are empty, so that a form that was left empty sets nothing. */
    @CheckForNull
    @Restricted(NoExternalUse.class)
    public static EvidenceSettings orNull(@CheckForNull EvidenceSettings settings) {
        return settings == null || settings.isEmpty() ? null : settings;
    }

    /**
     * The settings for a place where no variables are expanded; null if they are empty.
     *
     * @throws IllegalArgumentException for an address with a variable
     */
    @CheckForNull
    @Restricted(NoExternalUse.class)
    public static EvidenceSettings withoutVariables(@CheckForNull EvidenceSettings settings) {
        if (settings != null) {
            settings.getLinks().forEach(EvidenceFormat::checkLink);
        }
        return orNull(settings);
    }

    /** These settings and what the nearer ones add; a link of the same name stays as it is here. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public EvidenceSettings with(@CheckForNull EvidenceSettings nearer) {
        if (nearer == null) {
            return this;
        }
        EvidenceSettings merged = new EvidenceSettings();
        merged.setChanges(isChanges() || nearer.isChanges());
        merged.setTests(isTests() || nearer.isTests());
        merged.setArtifacts(union(getArtifacts(), nearer.getArtifacts()));
        merged.setFiles(union(getFiles(), nearer.getFiles()));
        Map<String, String> all = new LinkedHashMap<>(getLinks());
        nearer.getLinks().forEach(all::putIfAbsent);
        merged.links = all.isEmpty() ? null : all;
        return merged;
    }

    private static List<String> union(List<String> first, List<String> second) {
        Set<String> all = new LinkedHashSet<>(first);
        all.addAll(second);
        return new ArrayList<>(all);
    }

    /**
     * The same with the variables in patterns and addresses replaced.
     *
     * @throws IllegalArgumentException for an address that is not valid then
     */
    @NonNull
    @Restricted(NoExternalUse.class)
    public EvidenceSettings expanded(@NonNull UnaryOperator<String> variables) {
        EvidenceSettings expanded = new EvidenceSettings().with(this);
        expanded.setArtifacts(getArtifacts().stream().map(variables).toList());
        expanded.setFiles(getFiles().stream().map(variables).toList());
        Map<String, String> addresses = new LinkedHashMap<>(getLinks());
        addresses.replaceAll((name, address) -> variables.apply(address));
        addresses.forEach(EvidenceFormat::checkLink);
        expanded.links = addresses.isEmpty() ? null : addresses;
        return expanded;
    }

    /** The same with the names and addresses of the links changed, as by masking secrets. */
    @NonNull
    @Restricted(NoExternalUse.class)
    public EvidenceSettings mapLinks(@NonNull UnaryOperator<String> change) {
        Map<String, String> mapped = new LinkedHashMap<>();
        getLinks().forEach((name, address) -> mapped.put(change.apply(name), change.apply(address)));
        EvidenceSettings settings = new EvidenceSettings().with(this);
        settings.links = mapped.isEmpty() ? null : mapped;
        return settings;
    }

    private List<Object> values() {
        return List.of(isChanges(), isTests(), getArtifacts(), getFiles(), getLinks());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof EvidenceSettings settings && values().equals(settings.values());
    }

    @Override
    public int hashCode() {
        return values().hashCode();
    }

    @Override
    public String toString() {
        return "evidence" + values();
    }

    @Extension
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<EvidenceSettings> implements AcceptsBooleans {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.Evidence_DisplayName();
        }

        /**
         * @throws IllegalArgumentException for a key that is none, or a value of another type
         */
        @NonNull
        @Override
        public Map<String, Object> customInstantiate(@NonNull Map<String, Object> arguments) {
            Set<String> unknown = new TreeSet<>(arguments.keySet());
            unknown.removeAll(NAMES);
            unknown.remove(LINES);
            if (!unknown.isEmpty()) {
                throw new IllegalArgumentException(Messages.Evidence_UnknownKey(
                        TextSanitizer.clean(String.join(", ", unknown), 80), String.join(", ", new TreeSet<>(NAMES))));
            }
            Map<String, Object> read = AcceptsBooleans.read(arguments);
            read.computeIfPresent("artifacts", DescriptorImpl::list);
            read.computeIfPresent("files", DescriptorImpl::list);
            read.computeIfPresent("links", (name, value) -> {
                if (!(value instanceof Map)) {
                    throw new IllegalArgumentException(Messages.Step_ParameterIsNoMap("evidence: " + name));
                }
                return value;
            });
            return read;
        }

        private static List<String> list(String name, Object value) {
            if (value instanceof CharSequence) {
                return List.of(value.toString());
            }
            if (value instanceof Collection<?> several && several.stream().allMatch(CharSequence.class::isInstance)) {
                return several.stream().map(Object::toString).toList();
            }
            throw new IllegalArgumentException(Messages.Evidence_NoList(name));
        }

        /** Without the lines of the form, which say the same as the links. */
        @NonNull
        @Override
        public UninstantiatedDescribable customUninstantiate(@NonNull UninstantiatedDescribable described) {
            Map<String, Object> arguments = new LinkedHashMap<>(described.getArguments());
            arguments.remove(LINES);
            return described.withArguments(arguments);
        }

        @Override
        public EvidenceSettings newInstance(@CheckForNull StaplerRequest2 request, @NonNull JSONObject form)
                throws FormException {
            try {
                checkForm(form);
            } catch (IllegalArgumentException e) {
                throw new FormException(e.getMessage(), e, "evidence");
            }
            return (EvidenceSettings) super.newInstance(request, form);
        }

        @POST
        public FormValidation doCheckLinkLines(@QueryParameter String value) {
            if (!ConfigurationAccess.mayConfigureSomewhere()) {
                return FormValidation.ok();
            }
            try {
                EvidenceFormat.links(Util.fixNull(value))
                        .forEach((name, address) ->
                                EvidenceFormat.checkLink(name, EvidenceFormat.withoutVariables(address)));
                return FormValidation.ok();
            } catch (IllegalArgumentException e) {
                return FormValidation.error(e.getMessage());
            }
        }
    }
}
