package io.jenkins.plugins.servicenowgate.setup;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.Extension;
import hudson.model.Item;
import hudson.security.ACL;
import hudson.security.Permission;
import hudson.security.SecurityRealm;
import io.jenkins.plugins.servicenowgate.Messages;
import io.jenkins.plugins.servicenowgate.config.ServiceNowGateConfiguration;
import io.jenkins.plugins.servicenowgate.control.Permissions;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Level;
import io.jenkins.plugins.servicenowgate.setup.SetupFinding.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import jenkins.model.Jenkins;
import org.jvnet.localizer.Localizable;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.springframework.security.authentication.UsernamePasswordAuthenticationToken;
import org.springframework.security.core.Authentication;

/** Rights on the controller that people have without being granted them by name. Folders may grant more. */
@Extension(ordinal = 60)
@Restricted(NoExternalUse.class)
public final class RightsCheck extends SetupCheck {
    /** A user of whom nothing is known but that the security realm knows it. */
    private static final Authentication ANYBODY_SIGNED_IN = new UsernamePasswordAuthenticationToken(
            "servicenow-gate-check", "", List.of(SecurityRealm.AUTHENTICATED_AUTHORITY2));

    private static final List<Permission> OF_ANONYMOUS = List.of(
            Jenkins.ADMINISTER,
            Item.CREATE,
            Item.CONFIGURE,
            Item.BUILD,
            Item.READ,
            Permissions.MARK,
            Permissions.BREAK_GLASS);
    private static final List<Permission> OF_EVERYBODY =
            List.of(Jenkins.ADMINISTER, Permissions.MARK, Permissions.BREAK_GLASS);

    @NonNull
    @Override
    public Localizable title() {
        return Messages._Setup_Rights();
    }

    @NonNull
    @Override
    public List<SetupFinding> findings() {
        List<SetupFinding> findings = new ArrayList<>();
        if (Jenkins.get().isUseSecurity()) {
            findings.add(of(
                    Jenkins.ANONYMOUS2,
                    OF_ANONYMOUS,
                    Messages._Setup_AnonymousNothing(),
                    Messages::_Setup_AnonymousMay));
            findings.add(of(
                    ANYBODY_SIGNED_IN,
                    OF_EVERYBODY,
                    Messages._Setup_EverybodyNothing(),
                    Messages::_Setup_EverybodyMay));
        } else {
            findings.add(finding(Level.RISKY, Messages._Setup_NoSecurity()));
        }
        if (ServiceNowGateConfiguration.get().isBreakGlass()) {
            findings.add(finding(Level.UNKNOWN, Messages._Setup_BreakGlass()));
        }
        return findings;
    }

    private static SetupFinding of(
            Authentication who, List<Permission> permissions, Localizable nothing, Function<Object, Localizable> may) {
        ACL acl = Jenkins.get().getACL();
        String granted = permissions.stream()
                .filter(permission -> acl.hasPermission2(who, permission))
                .map(permission -> permission.group.title + "/" + permission.name)
                .collect(Collectors.joining(", "));
        return granted.isEmpty() ? finding(Level.WORKS, nothing) : finding(Level.RISKY, may.apply(granted));
    }

    private static SetupFinding finding(Level level, Localizable text) {
        return new SetupFinding(level, text, Place.SECURITY, GuidePage.PERMISSIONS);
    }
}
