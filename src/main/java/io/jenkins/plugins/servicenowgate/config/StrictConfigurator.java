package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import io.jenkins.plugins.casc.Attribute;
import io.jenkins.plugins.casc.BaseConfigurator;
import io.jenkins.plugins.casc.ConfigurationContext;
import io.jenkins.plugins.casc.ConfiguratorException;
import io.jenkins.plugins.casc.impl.configurators.DataBoundConfigurator;
import io.jenkins.plugins.casc.model.CNode;
import io.jenkins.plugins.casc.model.Mapping;
import io.jenkins.plugins.casc.model.Scalar;
import io.jenkins.plugins.casc.model.Sequence;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * A configurator for configuration as code with strict booleans. The Configuration as Code plugin itself takes
 * {@code ture}, and the empty text of an unset variable, for false. Loaded only if that plugin is installed.
 */
@Restricted(NoExternalUse.class)
public abstract class StrictConfigurator<T> extends DataBoundConfigurator<T> {
    protected StrictConfigurator(@NonNull Class<T> type) {
        super(type);
    }

    @NonNull
    @Override
    public T configure(CNode node, ConfigurationContext context) throws ConfiguratorException {
        check(this, describe(), node, context);
        return super.configure(node, context);
    }

    @Override
    public T check(CNode node, ConfigurationContext context) throws ConfiguratorException {
        check(this, describe(), node, context);
        return super.check(node, context);
    }

    private static void check(
            BaseConfigurator<?> configurator,
            Set<? extends Attribute<?, ?>> attributes,
            CNode node,
            ConfigurationContext context)
            throws ConfiguratorException {
        Mapping mapping = node == null ? Mapping.EMPTY : node.asMapping();
        for (Attribute<?, ?> attribute : attributes) {
            if (attribute.getType() == boolean.class) {
                for (Map.Entry<String, CNode> entry : mapping.entrySet()) {
                    if (entry.getKey().equalsIgnoreCase(attribute.getName())) {
                        // Replaced by the canonical text, because configuration as code takes " true" for false.
                        boolean parsed = parse(configurator, attribute.getName(), entry.getValue(), context);
                        entry.setValue(new Scalar(String.valueOf(parsed)));
                    }
                }
            }
        }
    }

    private static boolean parse(
            BaseConfigurator<?> configurator, String setting, CNode value, ConfigurationContext context)
            throws ConfiguratorException {
        Object raw = value instanceof Scalar
                ? context.getSecretSourceResolver().resolve(value.asScalar().toString())
                : value;
        try {
            return StrictBoolean.parse(setting, raw);
        } catch (IllegalArgumentException e) {
            throw new ConfiguratorException(configurator, e.getMessage(), e);
        }
    }

    /** Environments in the global configuration and in folders. */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    public static final class OfEnvironments extends StrictConfigurator<Environment> {
        public OfEnvironments() {
            super(Environment.class);
        }
    }

    /**
     * Connections, whose {@code states} are a map by the name of the model; the Configuration as Code plugin itself reads
     * no maps.
     */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    public static final class OfConnections extends StrictConfigurator<ServiceNowConnection> {
        private static final String STATES = "states";
        private static final String MODEL = "model";

        public OfConnections() {
            super(ServiceNowConnection.class);
        }

        @NonNull
        @Override
        public ServiceNowConnection configure(CNode node, ConfigurationContext context) throws ConfiguratorException {
            return super.configure(withList(node), context);
        }

        @Override
        public ServiceNowConnection check(CNode node, ConfigurationContext context) throws ConfiguratorException {
            return super.check(withList(node), context);
        }

        /** The same block with the list of models that the connection has. */
        private CNode withList(CNode node) throws ConfiguratorException {
            Mapping block = node == null ? new Mapping() : node.asMapping().clone();
            CNode states = block.get(STATES);
            if (states instanceof Sequence || states == null) {
                return block;
            }
            Sequence models = new Sequence();
            for (Map.Entry<String, CNode> entry : states.asMapping().entrySet()) {
                Mapping model = entry.getValue().asMapping().clone();
                model.put(MODEL, entry.getKey());
                models.add(model);
            }
            block.put(STATES, models);
            return block;
        }

        @Override
        public CNode describe(ServiceNowConnection connection, ConfigurationContext context) throws Exception {
            CNode described = super.describe(connection, context);
            if (described instanceof Mapping block && block.get(STATES) instanceof Sequence models) {
                Mapping states = new Mapping();
                for (CNode one : models) {
                    Mapping model = one.asMapping().clone();
                    CNode name = model.remove(MODEL);
                    states.put(name.asScalar().getValue(), model);
                }
                block.put(STATES, states);
            }
            return described;
        }
    }

    /** Evidence in environments and folders; the Configuration as Code plugin itself reads no maps. */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    public static final class OfEvidence extends StrictConfigurator<EvidenceSettings> {
        public OfEvidence() {
            super(EvidenceSettings.class);
        }

        @Override
        protected Set<String> exclusions() {
            return Set.of("linkLines");
        }

        @NonNull
        @Override
        public EvidenceSettings configure(CNode node, ConfigurationContext context) throws ConfiguratorException {
            Mapping block = node == null ? new Mapping() : node.asMapping().clone();
            Map<String, String> links = links(block.remove("links"), context);
            EvidenceSettings settings = super.configure(block, context);
            set(settings, links);
            return settings;
        }

        @Override
        public EvidenceSettings check(CNode node, ConfigurationContext context) throws ConfiguratorException {
            Mapping block = node == null ? new Mapping() : node.asMapping().clone();
            set(new EvidenceSettings(), links(block.remove("links"), context));
            return super.check(block, context);
        }

        private void set(EvidenceSettings settings, Map<String, String> links) throws ConfiguratorException {
            try {
                settings.setLinks(links);
            } catch (IllegalArgumentException e) {
                throw new ConfiguratorException(this, e.getMessage(), e);
            }
        }

        private static Map<String, String> links(CNode node, ConfigurationContext context)
                throws ConfiguratorException {
            Map<String, String> links = new TreeMap<>();
            if (node != null) {
                for (Map.Entry<String, CNode> link : node.asMapping().entrySet()) {
                    links.put(
                            link.getKey(),
                            context.getSecretSourceResolver()
                                    .resolve(link.getValue().asScalar().toString()));
                }
            }
            return links;
        }

        @Override
        public CNode describe(EvidenceSettings settings, ConfigurationContext context) throws Exception {
            CNode described = super.describe(settings, context);
            if (described instanceof Mapping mapping && !settings.getLinks().isEmpty()) {
                Mapping links = new Mapping();
                settings.getLinks().forEach(links::put);
                mapping.put("links", links);
            }
            return described;
        }
    }

    /** The global configuration, which is validated completely before any setting is applied. */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    public static final class OfConfiguration extends BaseConfigurator<ServiceNowGateConfiguration> {
        @Override
        public Class<ServiceNowGateConfiguration> getTarget() {
            return ServiceNowGateConfiguration.class;
        }

        @NonNull
        @Override
        public String getName() {
            return "serviceNowGate";
        }

        @Override
        protected ServiceNowGateConfiguration instance(Mapping mapping, ConfigurationContext context) {
            return ServiceNowGateConfiguration.get();
        }

        @Override
        protected void configure(
                Mapping mapping, ServiceNowGateConfiguration instance, boolean dryrun, ConfigurationContext context)
                throws ConfiguratorException {
            StrictConfigurator.check(this, describe(), mapping, context);
            ForgottenValues.check(this, mapping, context);
            if (dryrun) {
                // Applied to a copy first, because a setter may reject a value after other values were applied.
                super.configure(mapping.clone(), ServiceNowGateConfiguration.draft(), false, context);
            } else {
                super.configure(mapping, instance, false, context);
            }
        }
    }
}
