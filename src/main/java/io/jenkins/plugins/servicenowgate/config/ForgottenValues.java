package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import io.jenkins.plugins.casc.ConfigurationAsCode;
import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.Configurator;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.casc.model.CNode;
import io.jenkins.plugins.casc.model.Mapping;
import io.jenkins.plugins.casc.model.Sequence;
import io.jenkins.plugins.casc.yaml.YamlSource;
import io.jenkins.plugins.casc.yaml.YamlUtils;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.servicenow.TextSanitizer;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Finds settings of this plugin whose value was forgotten in configuration as code, {@code changeControlled:} or
 * {@code ~}, and keys that occur twice in one block. The Configuration as Code plugin removes the former before it calls
 * a configurator, as if they were not there, and takes the last of two values, so the files are read again. What is sent
 * in a request can't be read again.
 */
final class ForgottenValues {
    private static final Logger LOGGER = Logger.getLogger(ForgottenValues.class.getName());

    /** The booleans and enumerations of the plugin that have no empty value. */
    static final Set<String> STRICT = Set.of(
            "enabled",
            "workNotesEnabled",
            "breakGlass",
            "changeControlled",
            "allowEmergency",
            "onlyControlledProjects",
            "separateDuties",
            "standardChangesPreApproved",
            "approvalSettings",
            "sameArtifacts",
            "changes",
            "tests",
            "rejected",
            "abandonedChange",
            "window",
            "start",
            "hours",
            "zone",
            "days",
            "conflicts",
            "authentication",
            "states",
            "waits",
            "goes",
            "refused",
            "gateOpenUntil",
            "runningWork");

    private static final String SYMBOL = "serviceNowGate";

    private ForgottenValues() {}

    /**
     * @throws ConfiguratorException for the first setting without a value
     */
    static void check(
            @NonNull Configurator<?> configurator, @NonNull Mapping block, @NonNull ConfigurationContext context)
            throws ConfiguratorException {
        Set<String> sources = new LinkedHashSet<>(ConfigurationAsCode.get().getSources());
        addSources(block, sources);
        for (String source : sources) {
            for (YamlSource<?> file : files(source)) {
                List<Node> own = values(read(file, context), "unclassified")
                        .flatMap(root -> values(root, SYMBOL))
                        .toList();
                if (own.size() > 1) {
                    throw twice(configurator, SYMBOL);
                }
                for (Node settings : own) {
                    check(configurator, settings);
                }
            }
        }
    }

    /** The files and addresses from which the parts of a block were read. */
    private static void addSources(CNode node, Set<String> sources) {
        if (node == null) {
            return;
        }
        if (node.getSource() != null && node.getSource().file() != null) {
            sources.add(node.getSource().file());
        }
        if (node instanceof Mapping mapping) {
            mapping.values().forEach(value -> addSources(value, sources));
        } else if (node instanceof Sequence sequence) {
            sequence.forEach(value -> addSources(value, sources));
        }
    }

    private static List<YamlSource<?>> files(String source) {
        if (ConfigurationAsCode.isSupportedURI(source)) {
            return List.of(YamlSource.of(source));
        }
        try (Stream<Path> files = Files.walk(Path.of(source))) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.toString().equals(source)
                            || file.toString().endsWith(".yml")
                            || file.toString().endsWith(".yaml"))
                    .<YamlSource<?>>map(YamlSource::of)
                    .toList();
        } catch (IOException | InvalidPathException e) {
            LOGGER.log(Level.FINE, e, () -> "Not a file: " + source);
            return List.of();
        }
    }

    private static Node read(YamlSource<?> source, ConfigurationContext context) {
        try (Reader reader = YamlUtils.reader(source)) {
            return YamlUtils.read(source, reader, context);
        } catch (IOException | YAMLException e) {
            LOGGER.log(Level.WARNING, e, () -> "Could not search " + source + " for settings without a value.");
            return null;
        }
    }

    private static Stream<Node> values(Node node, String key) {
        return node instanceof MappingNode mapping
                ? mapping.getValue().stream()
                        .filter(entry -> entry.getKeyNode() instanceof ScalarNode name
                                && name.getValue().equalsIgnoreCase(key))
                        .map(NodeTuple::getValueNode)
                : Stream.empty();
    }

    private static ConfiguratorException twice(Configurator<?> configurator, String name) {
        return new ConfiguratorException(configurator, Messages.StrictBoolean_Twice(TextSanitizer.clean(name, 80)));
    }

    private static void check(Configurator<?> configurator, ScalarNode name, Node node) throws ConfiguratorException {
        // The plugin drops the number .nan as well.
        if (node instanceof ScalarNode value
                && (value.getTag().equals(Tag.NULL) || value.getTag().equals(Tag.FLOAT))) {
            throw new ConfiguratorException(
                    configurator,
                    Messages.StrictBoolean_NoValue(
                            TextSanitizer.clean(name.getValue(), 80), TextSanitizer.clean(value.getValue(), 80)));
        }
    }

    private static void check(Configurator<?> configurator, Node node) throws ConfiguratorException {
        if (node instanceof SequenceNode sequence) {
            for (Node entry : sequence.getValue()) {
                check(configurator, entry);
            }
        } else if (node instanceof MappingNode mapping) {
            Set<String> names = new HashSet<>();
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode name) {
                    if (STRICT.stream().anyMatch(name.getValue()::equalsIgnoreCase)) {
                        check(configurator, name, entry.getValueNode());
                    }
                    if (!names.add(name.getValue().toLowerCase(Locale.ROOT))) {
                        throw twice(configurator, name.getValue());
                    }
                }
                check(configurator, entry.getValueNode());
            }
        }
    }
}
