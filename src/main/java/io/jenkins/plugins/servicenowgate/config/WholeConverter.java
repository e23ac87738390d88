package io.jenkins.plugins.servicenowgate.config;

import com.thoughtworks.xstream.converters.DataHolder;
import com.thoughtworks.xstream.converters.UnmarshallingContext;
import com.thoughtworks.xstream.core.MapBackedDataHolder;
import com.thoughtworks.xstream.io.HierarchicalStreamReader;
import com.thoughtworks.xstream.io.copy.HierarchicalStreamCopier;
import com.thoughtworks.xstream.io.naming.NoNameCoder;
import com.thoughtworks.xstream.io.xml.XppDomReader;
import com.thoughtworks.xstream.io.xml.XppDomWriter;
import com.thoughtworks.xstream.io.xml.xppdom.XppDom;
import com.thoughtworks.xstream.mapper.CannotResolveClassException;
import edu.umd.cs.findbugs.annotations.NonNull;
import hudson.util.RobustReflectionConverter;
import hudson.util.XStream2;
import java.util.ArrayList;
import java.util.List;
import org.kohsuke.accmod.Restricted;
import org.kohsuke.accmod.restrictions.NoExternalUse;

/**
 * Reads an object from a file and detects parts that Jenkins skipped because it could not read them, for example a
 * declaration of an environment whose class is unknown. Jenkins does not report all of them, so the object is compared
 * with the elements of the file, too. An unknown setting does not count: a later version may have stored it.
 */
@Restricted(NoExternalUse.class)
public abstract class WholeConverter<T> extends XStream2.PassthruConverter<T> {
    /** The key under which Jenkins collects read errors in the unmarshalling context. */
    private static final String ERRORS = "ReadError";

    /** The key that a context has if its reader reads a copy of the elements. */
    private static final Object COPIED = WholeConverter.class;

    private final XStream2 xstream;
    private final Class<T> type;

    protected WholeConverter(@NonNull XStream2 xstream, @NonNull Class<T> type) {
        super(xstream);
        this.xstream = xstream;
        this.type = type;
    }

    @Override
    public final boolean canConvert(Class candidate) {
        return candidate == type;
    }

    @Override
    public final Object unmarshal(HierarchicalStreamReader reader, UnmarshallingContext context) {
        if (context.get(COPIED) != null) {
            return super.unmarshal(reader, context);
        }
        XppDomWriter copy = new XppDomWriter(new NoNameCoder());
        new HierarchicalStreamCopier().copy(reader, copy);
        XppDom stored = copy.getConfiguration();
        // A separate list, because Jenkins removes the list from the context after reading the outermost object.
        List<Throwable> errors = new ArrayList<>();
        DataHolder data = new MapBackedDataHolder();
        data.put(ERRORS, errors);
        data.put(COPIED, Boolean.TRUE);
        Object read = xstream.unmarshal(new XppDomReader(stored, new NoNameCoder()), context.currentObject(), data);
        errors.forEach(error -> RobustReflectionConverter.addErrorInContext(context, error));
        if (errors.stream().anyMatch(error -> !isUnknownName(error) && !isUnknownValue(error))
                || !new StoredElements(xstream).isRead(stored, read)) {
            onIncompleteRead(type.cast(read));
        }
        return read;
    }

    /** XStream tries to load an unknown setting as a class; class names contain a package, names of settings do not. */
    private static boolean isUnknownName(Throwable error) {
        return error instanceof CannotResolveClassException unknown
                && !String.valueOf(unknown.getMessage()).contains(".");
    }

    /** An unknown number or enumeration value leaves the setting at its default. */
    private static boolean isUnknownValue(Throwable error) {
        Throwable innermost = error;
        while (innermost.getCause() != null) {
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
