package io.jenkins.plugins.servicenowgate.pages;

import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.model.Api;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;
import org.kohsuke.stapler.Stapler;
import org.kohsuke.stapler.StaplerRequest2;
import org.kohsuke.stapler.export.Exported;
import org.kohsuke.stapler.export.ExportedBean;

/** A page with a list of deployments, of which each request sees a part; for people and programs. */
@Restricted(NoExternalUse.class)
@ExportedBean
public abstract class PagedPage<R, V extends PagedView<R>> {
    private final Class<V> kind;

    PagedPage(@NonNull Class<V> kind) {
        this.kind = kind;
    }

    /** The part that a request asks for. */
    @NonNull
    abstract V view(@NonNull StaplerRequest2 request);

    public Api getApi() {
        return new Api(this);
    }

    /** What the current request asks for; worked out once for each request. */
    @NonNull
    public V getView() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        Object known = request.getAttribute(kind.getName());
        if (kind.isInstance(known)) {
            return kind.cast(known);
        }
        V view = view(request);
        request.setAttribute(kind.getName(), view);
        return view;
    }

    @NonNull
    @Exported(inline = true)
    public List<R> getDeployments() {
        return getView().getRows();
    }

    /** How many there are on all pages. */
    @Exported
    public int getTotal() {
        return getView().getTotal();
    }

    @Exported
    public int getPage() {
        return getView().getPage();
    }

    @Exported
    public int getPages() {
        return getView().getPages();
    }
}
