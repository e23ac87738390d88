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
import java.util.Map;
import java.util.Set;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Configuration as code whose booleans are strict. Configuration as code itself takes {@code ture}, and the empty text of a
 * variable that is not set, for false. Only where that plugin is installed.
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
                        // In the form that configuration as code reads as it was meant: it takes " true" for false.
                        boolean meant = parse(configurator, attribute.getName(), entry.getValue(), context);
                        entry.setValue(new Scalar(String.valueOf(meant)));
                    }
                }
            }
        }
    }

    private static boolean parse(
            BaseConfigurator<?> configurator, String setting, CNode value, ConfigurationContext context)
            throws ConfiguratorException {
        Object given = value instanceof Scalar
                ? context.getSecretSourceResolver().resolve(value.asScalar().toString())
                : value;
        try {
            return StrictBoolean.parse(setting, given);
        } catch (IllegalArgumentException e) {
            throw new ConfiguratorException(configurator, e.getMessage(), e);
        }
    }

    /** Environments, global and in folders. */
    @Extension(optional = true)
    @Restricted(NoExternalUse.class)
    public static final class OfEnvironments extends StrictConfigurator<Environment> {
        public OfEnvironments() {
            super(Environment.class);
        }
    }

    /** The global configuration: all of it is checked before any of it is taken. */
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
            if (dryrun) {
                // On a copy: what one setter would refuse after others were taken is refused before.
                super.configure(mapping.clone(), ServiceNowGateConfiguration.draft(), false, context);
            } else {
                super.configure(mapping, instance, false, context);
            }
        }
    }
}
