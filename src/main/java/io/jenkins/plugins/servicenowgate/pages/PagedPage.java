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

/** A page with a paged list of deployments, which is also available through the remote API. */
@Restricted(NoExternalUse.class)
@ExportedBean
public abstract class PagedPage<R, V extends PagedView<R>> {
    private final Class<V> viewType;

    PagedPage(@NonNull Class<V> viewType) {
        this.viewType = viewType;
    }

    /** Creates the view for the parameters of a request. */
    @NonNull
    abstract V view(@NonNull StaplerRequest2 request);

    public Api getApi() {
        return new Api(this);
    }

    /** The view for the current request, which is created once per request. */
    @NonNull
    public V getView() {
        StaplerRequest2 request = Stapler.getCurrentRequest2();
        Object known = request.getAttribute(viewType.getName());
        if (viewType.isInstance(known)) {
            return viewType.cast(known);
        }
        V view = view(request);
        request.setAttribute(viewType.getName(), view);
        return view;
    }

    @NonNull
    @Exported(inline = true)
    public List<R> getDeployments() {
        return getView().getRows();
    }

    /** The number of deployments on all pages. */
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
