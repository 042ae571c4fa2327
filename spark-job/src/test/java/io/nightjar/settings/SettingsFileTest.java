package io.nightjar.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsFileTest {

  @TempDir private Path directory;

  @Test
  void aKeyAndItsValueAreSeparatedBySpaceOrEquals() {
    assertEquals(
        Map.of("a", "1", "b", "2", "c", "3", "d", "4 = 5", "e", ""),
        values(
            """
            # a comment
            ! another
            a 1
            b=2
              c   =   3  \s

            d\t4 = 5
            e
            """));
  }

  @Test
  void aCommentIsALineOfItsOwn() {
    assertEquals(Map.of("a", "1 # one"), values("a 1 # one"));
  }

  @Test
  void aLineThatEndsInABackslashGoesOn() {
    assertEquals(Map.of("a", "12", "b", "3\\"), values("a 1\\\n   2\nb 3\\\\\n"));
    assertEquals(Map.of("a", "12"), values("a 1\\\r\n   2"));
  }

  @Test
  void aCommentDoesNotGoOn() {
    assertEquals(Map.of("a", "1"), values("# comment \\\na 1"));
  }

  @Test
  void everyKeyHasTheLineThatItBeginsIn() {
    List<Assignment> assignments =
        SettingsFile.parse("f", "\n# x\na 1\\\n  2\\\n  3\n\r\nb 4\rc 5");

    assertEquals(
        List.of("a (set in f, line 3)", "b (set in f, line 7)", "c (set in f, line 8)"),
        assignments.stream().map(Assignment::toString).toList());
  }

  @Test
  void ofAKeyThatIsThereTwiceTheLastCounts() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("twice.conf"),
            "spark.nightjar.job.samples x\nspark.nightjar.job.samples 3\n");

    Settings settings = Settings.resolve(List.of(SettingSource.file(file)));

    assertEquals(3, settings.get(NightjarSettings.JOB_SAMPLES));
    assertEquals(file + ", line 2", settings.source(NightjarSettings.JOB_SAMPLES));
  }

  @Test
  void aFileIsUtf8() throws IOException {
    Path file = directory.resolve("nightjar.conf");
    Files.writeString(file, "spark.nightjar.input.idColumn Schlüssel\n");
    assertEquals(
        "Schlüssel",
        Settings.resolve(List.of(SettingSource.file(file))).get(NightjarSettings.INPUT_ID_COLUMN));

    Files.write(file, new byte[] {'a', ' ', (byte) 0xfc});
    assertTrue(refusal(file).contains(file + " is not UTF-8"), refusal(file));
  }

  @Test
  void aFileThatCannotBeReadIsNamed() {
    Path missing = directory.resolve("missing.conf");
    assertEquals("There is no file %s with settings".formatted(missing), refusal(missing));
    assertTrue(
        refusal(directory).startsWith("The settings file %s cannot be read".formatted(directory)));
  }

  @Test
  void anUnfinishedEscapeIsRefusedWithItsLine() {
    InvalidSettingException refusal =
        assertThrows(InvalidSettingException.class, () -> values("a 1\nb \\u12\n"));
    assertEquals(
        "A \\u must be followed by four hexadecimal digits (set in f, line 2)",
        refusal.getMessage());
  }

  @Property(tries = 5000)
  void aTextMeansWhatItMeansToProperties(@ForAll("texts") String text) {
    assertEquals(reference(text), attempt(text), text);
  }

  @Provide
  static Arbitrary<String> texts() {
    return Arbitraries.of(
            "\\", "\\", "\n", "\n", "\r", "\r\n", "#", "!", "=", ":", " ", "\t", "\f", "a", "b",
            "key", "u", "u0041", "\\u0042")
        .list()
        .ofMaxSize(20)
        .map(parts -> String.join("", parts));
  }

  private static Optional<Map<String, String>> reference(String text) {
    Properties properties = new Properties();
    try {
      properties.load(new StringReader(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    Map<String, String> values = new HashMap<>();
    properties
        .stringPropertyNames()
        .forEach(key -> values.put(key, properties.getProperty(key).strip()));
    return Optional.of(values);
  }

  private static Optional<Map<String, String>> attempt(String text) {
    try {
      return Optional.of(values(text));
    } catch (InvalidSettingException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> values(String text) {
    Map<String, String> values = new HashMap<>();
    SettingsFile.parse("f", text).forEach(a -> values.put(a.key(), a.value()));
    return values;
  }

  private static String refusal(Path file) {
    return assertThrows(InvalidSettingException.class, () -> SettingSource.file(file)).getMessage();
  }
}
