package io.jenkins.plugins.servicenowgate.config;

import com.thoughtworks.xstream.XStream;
import com.thoughtworks.xstream.io.xml.xppdom.XppDom;
import edu.umd.cs.findbugs.annotations.CheckForNull;
import edu.umd.cs.findbugs.annotations.NonNull;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Compares an object with the XML elements from which it was read: Jenkins drops list entries of unknown classes, text
 * within lists, and elements within texts, and may not report it.
 */
final class StoredElements {
    private static final String OWN_PACKAGES = "io.jenkins.plugins.servicenowgate.";

    /** The elements that are no entries in the form in which Java's own serialization stores an unmodifiable list. */
    private static final List<String> NO_ENTRIES = List.of("default", "int");

    private final XStream xstream;

    /** A field of an object: its declared type and its value. */
    private record Field(Class<?> type, Object value) {}

    StoredElements(@NonNull XStream xstream) {
        this.xstream = xstream;
    }

    /** Whether the object contains everything of the element, apart from unknown settings. */
    boolean isRead(@NonNull XppDom element, @CheckForNull Object object) {
        if (object == null || !object.getClass().getName().startsWith(OWN_PACKAGES)) {
            // Of a list entry that is no text, the list itself decides what it means.
            return object == null || !hasElements(element);
        }
        if (hasElements(element) && hasText(element)) {
            return false;
        }
        Map<String, Field> fields = new HashMap<>();
        xstream.getReflectionProvider()
                .visitSerializableFields(
                        object, (name, fieldType, owner, value) -> fields.put(name, new Field(fieldType, value)));
        return Stream.of(element.getChildren())
                .allMatch(child -> isRead(child, child.getName(), fields.get(child.getName())));
    }

    private boolean isRead(XppDom element, String name, @CheckForNull Field field) {
        if (field == null) {
            return true;
        }
        if (field.type() == String.class) {
            // A boolean or enumeration that is no text has its own safe value.
            return field.value() != null
                    && (!hasElements(element) || !hasText(element) && ForgottenValues.STRICT.contains(name));
        }
        if (field.type().getName().startsWith(OWN_PACKAGES) && !field.type().isEnum()) {
            return field.value() != null && isRead(element, field.value());
        }
        return !Collection.class.isAssignableFrom(field.type())
                || field.value() instanceof Collection<?> list && areRead(element, list);
    }

    private boolean areRead(XppDom element, Collection<?> list) {
        if (element.getAttribute("reference") != null) {
            return true; // The list of another element, which is compared there.
        }
        List<XppDom> entries = entries(element);
        if (entries.size() != list.size() || hasText(element)) {
            return false;
        }
        Iterator<XppDom> stored = entries.iterator();
        return list.stream().allMatch(entry -> isRead(stored.next(), entry));
    }

    private static List<XppDom> entries(XppDom element) {
        return "custom".equals(element.getAttribute("serialization"))
                ? Stream.of(element.getChildren())
                        .flatMap(own -> Stream.of(own.getChildren()))
                        .filter(child -> !NO_ENTRIES.contains(child.getName()))
                        .toList()
                : List.of(element.getChildren());
    }

    private static boolean hasElements(XppDom element) {
        return element.getChildCount() > 0;
    }

    private static boolean hasText(XppDom element) {
        String text = element.getValue();
        return text != null && !text.isBlank();
    }
}
