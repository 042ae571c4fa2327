package io.nightjar.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.nightjar.crypto.lattice.SealProvenance;
import io.nightjar.crypto.natives.Kernel;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class DoctorCommandTest {

  @Test
  void findsThisMachineFit() {
    CommandRun run = CommandRun.of("doctor");

    assertEquals(0, run.exitCode(), run.out());
    assertTrue(run.out().lines().noneMatch(line -> line.startsWith("failed")), run.out());
    assertTrue(run.out().contains("noise margin left"), run.out());
  }

  @Test
  void triesEveryKernelOfThisProcessor() throws Exception {
    JsonNode diagnosis = new ObjectMapper().readTree(CommandRun.of("doctor", "--json").out());

    List<String> tried = new ArrayList<>();
    for (JsonNode check : diagnosis.get("checks")) {
      if (check.get("name").asText().equals("self-test")) {
        assertEquals("ok", check.get("status").asText());
        tried.add(check.get("detail").asText().replaceFirst(":.*", ""));
      }
    }
    assertEquals(Kernel.available().stream().map(Kernel::name).toList(), tried);
    assertEquals("ok", diagnosis.get("status").asText());
  }

  @Test
  void saysWhichSealItHas() throws Exception {
    SealProvenance linked = SealProvenance.linked();

    assertTrue(CommandRun.of("doctor").out().contains(linked.describe()));
    JsonNode seal =
        new ObjectMapper().readTree(CommandRun.of("doctor", "--json").out()).get("seal");
    assertEquals(linked.version(), seal.get("version").asText());
    assertEquals(linked.kind().name().toLowerCase(Locale.ROOT), seal.get("kind").asText());
    assertEquals(linked.origin(), seal.get("origin").asText());
    assertEquals(linked.sha256(), Optional.ofNullable(seal.get("sha256")).map(JsonNode::asText));
  }

  @Test
  void saysWhetherKeysMayBeDumpedOrSwapped() {
    String line =
        CommandRun.of("doctor")
            .out()
            .lines()
            .filter(found -> found.contains("key memory"))
            .findFirst()
            .orElseThrow();

    assertTrue(line.contains("left out of core dumps, "), line);
    assertEquals(line.startsWith("ok "), line.endsWith("kept out of swap"), line);
    assertEquals(line.startsWith("warning "), line.contains("(ulimit -l)"), line);
  }

  @Test
  void printsOneJsonObjectAndNothingElse() {
    CommandRun run = CommandRun.of("doctor", "--json");

    assertEquals(1, run.out().lines().count());
    assertEquals("", run.err());
  }
}
