package io.jenkins.plugins.servicenowgate.config;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.Util;
import hudson.model.AbstractDescribableImpl;
import hudson.model.Descriptor;
import hudson.util.FormValidation;
import io.jenkins.plugins.servicenowgate.Messages;
import java.io.Serial;
import java.io.Serializable;
import org.jenkinsci.Symbol;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.DataBoundConstructor;
import org.kohsuke.stapler.QueryParameter;
import org.kohsuke.stapler.verb.POST;

/** The project name in change titles for a job whose project has another name. */
public final class MappedProject extends AbstractDescribableImpl<MappedProject> implements Serializable {
    @Serial
    private static final long serialVersionUID = 1L;

    private final String job;
    private final String name;

    /**
     * @param job full name; for a branch of a Multibranch project, with the branch name as its last part
     */
    @DataBoundConstructor
    public MappedProject(@NonNull String job, @NonNull String name) {
        this.job = Util.fixNull(job).strip();
        this.name = Util.fixNull(name).strip();
    }

    @NonNull
    public String getJob() {
        return job;
    }

    @NonNull
    public String getName() {
        return name;
    }

    boolean isComplete() {
        return job != null && name != null && !job.isEmpty() && !name.isEmpty();
    }

    @Extension
    @Symbol("serviceNowProject")
    @Restricted(NoExternalUse.class)
    public static final class DescriptorImpl extends Descriptor<MappedProject> {
        @NonNull
        @Override
        public String getDisplayName() {
            return Messages.MappedProject_DisplayName();
        }

        @POST
        public FormValidation doCheckJob(@QueryParameter String value) {
            return required(value);
        }

        @POST
        public FormValidation doCheckName(@QueryParameter String value) {
            return required(value);
        }

        private static FormValidation required(String value) {
            return Util.fixEmptyAndTrim(value) == null && ConfigurationAccess.mayConfigureSomewhere()
                    ? FormValidation.error(Messages.MappedProject_Missing())
                    : FormValidation.ok();
        }
    }
}
