package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CommandsReferenceTest {

  @Test
  void theDocumentationIsThatOfTheDeclarations() throws IOException {
    // Surefire sets basedir to the module's folder.
    Path page = Path.of(System.getProperty("basedir", "."), "..", "docs/commands.md");

    assertEquals(
        CommandsReference.markdown(),
        Files.readString(page),
        "write it again: nightjar --markdown > docs/commands.md");
  }

  @Test
  void theProgramWritesIt() {
    StringWriter out = new StringWriter();

    int code = Main.commandLine().setOut(new PrintWriter(out)).execute("--markdown");

    assertEquals(ExitCode.DONE, code);
    assertEquals(CommandsReference.markdown(), out.toString());
  }

  @Test
  void everyCommandHasOneHeading() {
    List<String> headings =
        CommandsReference.markdown().lines().filter(line -> line.startsWith("## ")).toList();

    assertEquals(headings.stream().distinct().toList(), headings);
    for (CommandLine command : Main.commandLine().getSubcommands().values()) {
      assertEquals(
          1,
          headings.stream()
              .filter(("## " + command.getCommandSpec().qualifiedName())::equals)
              .count());
    }
  }
}
