package io.jenkins.plugins.servicenowgate.config;

import com.thoughtworks.xstream.converters.UnmarshallingContext;
import com.thoughtworks.xstream.io.HierarchicalStreamReader;
import com.thoughtworks.xstream.mapper.CannotResolveClassException;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.util.XStream2;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Reads an object from a file and detects parts that Jenkins skipped because it could not read them, for example a
 * declaration of an environment whose class is unknown. An unknown setting does not count: a later version may have
 * stored it.
 */
@Restricted(NoExternalUse.class)
public abstract class WholeConverter<T> extends XStream2.PassthruConverter<T> {
    /** The key under which Jenkins collects read errors in the unmarshalling context. */
    private static final String ERRORS = "ReadError";

    private final Class<T> type;

    protected WholeConverter(@NonNull XStream2 xstream, @NonNull Class<T> type) {
        super(xstream);
        this.type = type;
    }

    @Override
    public final boolean canConvert(Class candidate) {
        return candidate == type;
    }

    @Override
    public final Object unmarshal(HierarchicalStreamReader reader, UnmarshallingContext context) {
        // A separate list, because Jenkins removes the list from the context after reading the outermost object.
        List<Object> errors = new ArrayList<>();
        Object before = context.get(ERRORS);
        if (before instanceof List<?> earlier) {
            errors.addAll(earlier);
        }
        int previousErrors = errors.size();
        context.put(ERRORS, errors);
        Object read = super.unmarshal(reader, context);
        if (errors.isEmpty()) {
            context.put(ERRORS, null);
        }
        if (errors.stream().skip(previousErrors).anyMatch(error -> !isUnknownName(error) && !isUnknownValue(error))) {
            onIncompleteRead(type.cast(read));
        }
        return read;
    }

    /** XStream tries to load an unknown setting as a class; class names contain a package, names of settings do not. */
    private static boolean isUnknownName(Object error) {
        return error instanceof CannotResolveClassException unknown
                && !String.valueOf(unknown.getMessage()).contains(".");
    }

    /** An unknown number or enumeration value leaves the setting at its default. */
    private static boolean isUnknownValue(Object error) {
        Throwable innermost = error instanceof Throwable failure ? failure : null;
        while (innermost != null && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost instanceof IllegalArgumentException;
    }

    /** Called after reading if a part of the object was skipped. */
    protected abstract void onIncompleteRead(@NonNull T read);

    @Override
    protected final void callback(T read, UnmarshallingContext context) {
        // Not needed: unmarshal calls onIncompleteRead.
    }
}
