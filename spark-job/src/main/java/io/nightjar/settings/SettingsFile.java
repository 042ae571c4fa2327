package io.nightjar.settings;

import java.io.IOException;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.regex.Pattern;

/**
 * A file of settings, in the syntax of {@code spark-defaults.conf}: that of {@link Properties}, in
 * UTF-8.
 *
 * <p>Properties do not say which line a key stood in. So the text is cut into their logical lines
 * here, and each is read by itself.
 */
final class SettingsFile {

  /**
   * The places behind the characters that end a line; these stay, because Properties read a file
   * differently depending on how it ends.
   */
  private static final Pattern END_OF_LINE = Pattern.compile("(?<=\n)|(?<=\r)(?!\n)");

  private SettingsFile() {}

  static List<Assignment> read(Path file) {
    try {
      return parse(file.toString(), Files.readString(file));
    } catch (NoSuchFileException e) {
      throw new InvalidSettingException("There is no file %s with settings".formatted(file), e);
    } catch (CharacterCodingException e) {
      throw new InvalidSettingException("The settings file %s is not UTF-8".formatted(file), e);
    } catch (IOException e) {
      throw new InvalidSettingException(
          "The settings file %s cannot be read: %s".formatted(file, e), e);
    }
  }

  /** Returns what a text assigns, line by line; a key may be there more than once. */
  static List<Assignment> parse(String name, String text) {
    List<Assignment> assignments = new ArrayList<>();
    StringBuilder logical = new StringBuilder();
    String[] lines = END_OF_LINE.split(text, -1);
    int first = 0;
    for (int i = 0; i < lines.length; i++) {
      boolean begins = logical.isEmpty();
      if (begins) {
        first = i;
      }
      logical.append(lines[i]);
      if (i == lines.length - 1 || !continues(lines[i], begins)) {
        assign(name, first + 1, logical.toString(), assignments);
        logical.setLength(0);
      }
    }
    return assignments;
  }

  /** Returns whether a line goes on in the next: it ends in a backslash that is not escaped. */
  private static boolean continues(String line, boolean begins) {
    String text = line.replaceFirst("^[ \t\f]+", "").replaceFirst("[\r\n]+$", "");
    if (begins && (text.startsWith("#") || text.startsWith("!"))) {
      return false;
    }
    int backslashes = 0;
    while (backslashes < text.length() && text.charAt(text.length() - 1 - backslashes) == '\\') {
      backslashes++;
    }
    return backslashes % 2 == 1;
  }

  private static void assign(String name, int line, String text, List<Assignment> into) {
    Properties properties = new Properties();
    Origin origin = Origin.in("%s, line %d".formatted(name, line));
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(
          "A \\u must be followed by four hexadecimal digits %s".formatted(origin), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    for (String key : properties.stringPropertyNames()) {
      into.add(new Assignment(key, properties.getProperty(key), origin));
    }
  }
}
