package io.nightjar.settings;

import io.nightjar.model.Text;

/**
 * The declaration of one setting; {@link NightjarSettings} has them all.
 *
 * @param <T> what its value is in Java
 */
public final class Setting<T> {

  /** The beginning of the keys of all settings. */
  public static final String PREFIX = "spark.nightjar.";

  private final String key;
  private final ValueType<T> type;
  private final String defaultText;
  private final String doc;
  private final T defaultValue;

  /** Creates a setting, and refuses a default that is not allowed. */
  Setting(String name, ValueType<T> type, String defaultText, String doc) {
    this.key = PREFIX + name;
    this.type = type;
    this.defaultText = defaultText;
    this.doc = doc;
    this.defaultValue = parse(defaultText, Origin.in("the declaration"));
  }

  /** Returns the whole key, such as {@code spark.nightjar.job.samples}. */
  public String key() {
    return key;
  }

  /** Returns the key's part that groups settings, such as {@code job}. */
  public String area() {
    return key.substring(PREFIX.length(), key.indexOf('.', PREFIX.length()));
  }

  /** Returns what it means, in one sentence. */
  public String doc() {
    return doc;
  }

  /** Returns what is allowed, as it ends the sentence "it must be ...". */
  public String allowed() {
    return type.allowed();
  }

  /** Returns the default as one would write it; may be empty. */
  public String defaultText() {
    return defaultText;
  }

  /** Returns the default. */
  public T defaultValue() {
    return defaultValue;
  }

  /** Returns the value that a text stands for. */
  T parse(String text, Origin origin) {
    try {
      return type.parser().parse(text);
    } catch (ValueType.SecretException e) {
      throw new InvalidSettingException(
          "%s has a password in it, and no secret is a setting, for Spark shows them: give it in the environment variable NIGHTJAR_LEDGER_PASSWORD %s"
              .formatted(key, origin),
          e);
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "%s is %s; it must be %s %s".formatted(key, Text.quote(text), type.allowed(), origin), e);
    }
  }

  /** Returns the key. */
  @Override
  public String toString() {
    return key;
  }
}
