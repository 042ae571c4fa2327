package io.nightjar.rules;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathConstants;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.w3c.dom.NodeList;

/** What a release needs of the POMs, before anybody makes one. */
class PomRulesTest {

  private static final Path ROOT = Path.of("..");
  private static final List<Path> MODULES =
      List.of(
          ROOT.resolve("crypto-native/pom.xml"),
          ROOT.resolve("protocol-core/pom.xml"),
          ROOT.resolve("spark-job/pom.xml"));
  private static final Path PARENT = ROOT.resolve("pom.xml");

  private static List<String> texts(Path pom, String path) throws Exception {
    Document document =
        DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(pom.toFile());
    NodeList nodes =
        (NodeList)
            XPathFactory.newInstance().newXPath().evaluate(path, document, XPathConstants.NODESET);
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < nodes.getLength(); i++) {
      texts.add(nodes.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void allModulesHaveOneVersion() throws Exception {
    Set<String> versions = new HashSet<>(texts(PARENT, "/project/version"));
    for (Path module : MODULES) {
      versions.addAll(texts(module, "/project/parent/version"));
      assertEquals(List.of(), texts(module, "/project/version"), module.toString());
    }

    assertEquals(1, versions.size(), versions.toString());
  }

  @Test
  void nothingElseIsASnapshot() throws Exception {
    List<Path> poms = new ArrayList<>(MODULES);
    poms.add(PARENT);
    for (Path pom : poms) {
      List<String> versions =
          texts(pom, "//dependency/version | //plugin/version | /project/properties/*");
      assertTrue(
          versions.stream().noneMatch(version -> version.endsWith("-SNAPSHOT")),
          pom + ": " + versions);
    }
  }

  @Test
  void theJobJarAloneIsPublished() throws Exception {
    assertEquals(List.of("true"), texts(PARENT, "/project/properties/maven.deploy.skip"));
    List<String> published = new ArrayList<>();
    for (Path module : MODULES) {
      if (texts(module, "/project/properties/maven.deploy.skip").contains("false")) {
        published.addAll(texts(module, "/project/artifactId"));
      }
    }

    assertEquals(List.of("nightjar"), published);
  }

  /** Maven Central takes no POM without these. */
  @Test
  void whatAPublishedPomMustSayIsThere() throws Exception {
    Path published = ROOT.resolve("spark-job/pom.xml");
    for (String path : List.of("name", "description")) {
      assertFalse(texts(published, "/project/" + path).isEmpty(), path);
    }
    for (String path :
        List.of(
            "url",
            "licenses/license/name",
            "licenses/license/url",
            "developers/developer/name",
            "scm/connection",
            "scm/url")) {
      assertFalse(texts(PARENT, "/project/" + path).isEmpty(), path);
    }
  }
}
