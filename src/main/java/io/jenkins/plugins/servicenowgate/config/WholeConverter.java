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
 * Reads an object from a file, and tells it when a part of it could not be read. Jenkins itself leaves such parts out: a
 * declaration of an environment, say, whose class is not known. A setting of an unknown name is no such part: it may be one
 * of a later version.
 */
@Restricted(NoExternalUse.class)
public abstract class WholeConverter<T> extends XStream2.PassthruConverter<T> {
    /** Where Jenkins collects what it could not read of a file. */
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
        // Kept here: Jenkins takes them away from where they are once the outermost object was read.
        List<Object> errors = new ArrayList<>();
        Object before = context.get(ERRORS);
        if (before instanceof List<?> earlier) {
            errors.addAll(earlier);
        }
        int known = errors.size();
        context.put(ERRORS, errors);
        Object read = super.unmarshal(reader, context);
        if (errors.isEmpty()) {
            context.put(ERRORS, null);
        }
        if (errors.stream().skip(known).anyMatch(error -> !isUnknownName(error) && !isUnknownValue(error))) {
            leftOut(type.cast(read));
        }
        return read;
    }

    /** XStream takes the name of an unknown setting for that of a class, which has a package. */
    private static boolean isUnknownName(Object error) {
        return error instanceof CannotResolveClassException unknown
                && !String.valueOf(unknown.getMessage()).contains(".");
    }

    /** A number or an enumeration has its default then. */
    private static boolean isUnknownValue(Object error) {
        Throwable innermost = error instanceof Throwable failure ? failure : null;
        while (innermost != null && innermost.getCause() != null) {
            innermost = innermost.getCause();
        }
        return innermost instanceof IllegalArgumentException;
    }

    /** A part of it could not be read. */
    protected abstract void leftOut(@NonNull T read);

    @Override
    protected final void callback(T read, UnmarshallingContext context) {
        // Told only where something is missing.
    }
}
