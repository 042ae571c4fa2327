package io.nightjar.settings;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReferenceTest {

  @TempDir private Path directory;

  @Test
  void theDocumentationIsThatOfTheDeclarations() throws IOException {
    assertEquals(
        SettingsReference.markdown(),
        repositoryFile("docs/settings.md"),
        "write it again: nightjar settings --markdown > docs/settings.md");
  }

  @Test
  void theConfFileIsThatOfTheDeclarations() throws IOException {
    assertEquals(
        SettingsReference.template(),
        repositoryFile("conf/nightjar.conf"),
        "write it again: nightjar settings --template > conf/nightjar.conf");
  }

  /** Surefire sets basedir to the module's folder. */
  private static String repositoryFile(String name) throws IOException {
    return Files.readString(Path.of(System.getProperty("basedir", "."), "..", name));
  }

  @Test
  void theTableHasALineOfFourCellsForEverySetting() {
    List<String> rows =
        SettingsReference.markdown().lines().filter(line -> line.startsWith("| `")).toList();

    assertEquals(NightjarSettings.ALL.size(), rows.size());
    for (String row : rows) {
      assertEquals(5, row.chars().filter(c -> c == '|').count(), row);
    }
  }

  @Test
  void theTemplateAsItIsSetsNothing() throws IOException {
    assertEquals(List.of(), set(SettingsReference.template()));
  }

  @Test
  void theTemplateWithoutItsCommentSignsSetsEverythingToItsDefault() throws IOException {
    String uncommented =
        SettingsReference.template()
            .lines()
            .map(line -> line.startsWith("#spark.") ? line.substring(1) : line)
            .collect(Collectors.joining("\n"));

    assertEquals(NightjarSettings.ALL, set(uncommented));
    Settings settings = resolve(uncommented);
    for (Setting<?> setting : NightjarSettings.ALL) {
      assertEquals(setting.defaultValue(), settings.get(setting));
    }
  }

  @Test
  void theTemplatesLinesFitTheScreen() {
    for (String line : SettingsReference.template().lines().toList()) {
      assertTrue(line.length() <= 120 && line.equals(line.stripTrailing()), line);
    }
  }

  private List<Setting<?>> set(String text) throws IOException {
    Settings settings = resolve(text);
    return NightjarSettings.ALL.stream().filter(settings::isSet).toList();
  }

  private Settings resolve(String text) throws IOException {
    Path file = Files.writeString(directory.resolve("nightjar.conf"), text);
    return Settings.resolve(List.of(SettingSource.file(file)));
  }
}
