package io.nightjar.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleName;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.nightjar.protocols.Protocols;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class PackageRulesTest {

  /** The packages of the three protocols. */
  private static final String[] ROOMS = {
    "io.nightjar.bayhenn..", "io.nightjar.cryptonets..", "io.nightjar.twoparty.."
  };

  private static final List<String> MODULES =
      List.of("crypto-native", "protocol-core", "spark-job");

  /** The methods with which a session is found that nobody has given. */
  private static final Set<String> SESSIONS =
      Set.of("active", "getActiveSession", "getDefaultSession", "newSession", "builder");

  private static JavaClasses all;

  @BeforeAll
  static void readClasses() {
    all =
        new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.nightjar");
  }

  @Test
  void theClassesOfAllModulesAreThere() {
    for (String one :
        List.of(
            "io.nightjar.crypto.natives.Native",
            "io.nightjar.protocol.Protocol",
            "io.nightjar.cli.Main")) {
      assertTrue(all.contain(one), one);
    }
  }

  @Test
  void packagesAreFreeOfCycles() {
    slices().matching("io.nightjar.(**)").should().beFreeOfCycles().check(all);
  }

  @Test
  void nobodySeesTheRoomOfAProtocol() {
    for (String room : ROOMS) {
      noClasses()
          .that()
          .resideOutsideOfPackage(room)
          .should()
          .dependOnClassesThat()
          .resideInAPackage(room)
          .because("the list names protocols, and nobody else knows their packages")
          .check(all);
    }
  }

  @Test
  void aRoomHasOnePublicClassWhichIsTheProtocolInTheList() {
    Set<String> listed =
        Protocols.all().stream()
            .map(protocol -> protocol.getClass().getName())
            .collect(Collectors.toSet());
    Set<String> open =
        all.stream()
            .filter(resideInAnyPackage(ROOMS))
            .filter(type -> type.getModifiers().contains(JavaModifier.PUBLIC))
            .filter(type -> !type.getSimpleName().equals("package-info"))
            .map(JavaClass::getName)
            .collect(Collectors.toSet());
    assertEquals(new TreeSet<>(listed), new TreeSet<>(open));
  }

  @Test
  void whatIsOfOneSchemeStaysWithIt() {
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "io.nightjar.crypto..",
                    "io.nightjar.keys..",
                    "io.nightjar.lattice..",
                    "io.nightjar.bayhenn..",
                    "io.nightjar.cryptonets..")))
        .and()
        .doNotHaveFullyQualifiedName("io.nightjar.bench.KernelBench") // it measures their kernel
        .and()
        .haveNameNotMatching("io\\.nightjar\\.bench\\.KernelBench\\$.*")
        .and()
        .doNotHaveFullyQualifiedName("io.nightjar.cli.DoctorCommand") // it tries them out
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nightjar.crypto.lattice..")
        .check(all);
    noClasses()
        .that(
            not(
                resideInAnyPackage(
                    "io.nightjar.crypto..", "io.nightjar.keys..", "io.nightjar.twoparty..")))
        .and()
        .doNotHaveFullyQualifiedName("io.nightjar.cli.DoctorCommand") // it tries them out
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.nightjar.crypto.paillier..")
        .check(all);
  }

  @Test
  void theSeamAndPlansKnowNoSchemeAtAll() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.nightjar.plan..",
            "io.nightjar.protocol..",
            "io.nightjar.rounds..",
            "io.nightjar.network..",
            "io.nightjar.reference..",
            "io.nightjar.audit..",
            "io.nightjar.privacy..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.nightjar.lattice..", "io.nightjar.crypto.lattice..")
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("io.nightjar.crypto.paillier..")
        .check(all);
  }

  @Test
  void onlyTasksTablesTheJobsTheCommandsAndProgramsKnowSpark() {
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "io.nightjar.spark..",
            "io.nightjar.tables..",
            "io.nightjar.cluster..",
            "io.nightjar.job..",
            "io.nightjar.api..",
            "io.nightjar.cli..",
            "io.nightjar.bench..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache.spark..", "scala..")
        .check(all);
  }

  /**
   * What is in the clear, only a Spark sees that is started for it here, that the data owner has
   * named for it, or that is a program's whose records are there already. The one class that may
   * ask a Spark what it is decides whether that one is fit.
   */
  @Test
  void recordsAreReadByTheOwnSparkAlone() {
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName("io.nightjar.tables.OwnSpark")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.apache\\.spark\\.sql\\.SparkSession\\$Builder")
        .check(all);
    noClasses()
        .that()
        .resideInAPackage("io.nightjar.tables..")
        .and()
        .doNotHaveFullyQualifiedName("io.nightjar.tables.OwnSpark")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("org\\.apache\\.spark\\.(SparkContext|api\\.java\\.JavaSparkContext)")
        .because("only OwnSpark takes a Spark that somebody else has started, and checks it first")
        .check(all);
    noClasses()
        .that()
        .resideInAPackage("io.nightjar.tables..")
        .and()
        .doNotHaveFullyQualifiedName("io.nightjar.tables.OwnSpark")
        .should()
        .callMethodWhere(
            describe(
                "it gets at another session than the one that OwnSpark has checked",
                call ->
                    call.getTargetOwner().getName().equals("org.apache.spark.sql.SparkSession")
                        && SESSIONS.contains(call.getTarget().getName())))
        .check(all);
  }

  /** Whoever rents executors has no way to have records there: a job of score knows no cluster. */
  @Test
  void onlyAnAgentHasItsWorkDoneElsewhere() {
    String cluster = "io.nightjar.job.OwnCluster";
    noClasses()
        .that()
        .doNotHaveFullyQualifiedName(cluster)
        .should()
        .callMethodWhere(
            describe(
                "it starts Spark where executors see records",
                call ->
                    call.getTarget().getName().equals("cluster")
                        && call.getTargetOwner().getName().equals("io.nightjar.tables.OwnSpark")))
        .check(all);
    noClasses()
        .that()
        .haveNameNotMatching("io\\.nightjar\\.job\\.(OwnCluster|AgentJob|OwnerSide)(\\$.*)?")
        .should()
        .dependOnClassesThat()
        .haveFullyQualifiedName(cluster)
        .check(all);
  }

  @Test
  void protocolCoreKnowsNeitherSparkNorHadoop() {
    noClasses()
        .that()
        .resideInAnyPackage(
            "io.nightjar.model..",
            "io.nightjar.network..",
            "io.nightjar.draw..",
            "io.nightjar.plan..",
            "io.nightjar.keys..",
            "io.nightjar.identity..",
            "io.nightjar.privacy..",
            "io.nightjar.naive..",
            "io.nightjar.protocol..",
            "io.nightjar.rounds..",
            "io.nightjar.audit..",
            "io.nightjar.lattice..",
            "io.nightjar.bayhenn..",
            "io.nightjar.cryptonets..",
            "io.nightjar.twoparty..",
            "io.nightjar.protocols..",
            "io.nightjar.reference..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.apache..", "scala..")
        .check(all);
  }

  /** Protocols say which of their types are secrets; here nobody names one. */
  @Test
  void theModelOwnersTasksKnowNoSecretKey() {
    noClasses()
        .that()
        .resideInAPackage("io.nightjar.spark..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("io.nightjar.keys..").and(not(simpleName("OwnerKey"))))
        .orShould()
        .dependOnClassesThat()
        .resideInAnyPackage("io.nightjar.owner..", "io.nightjar.identity..")
        .check(all);
  }

  @Test
  void nativeMethodsAndHandlesAreForTheCryptographyAlone() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.nightjar.crypto..")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("io\\.nightjar\\.crypto\\.natives\\.(Naive)?Native(Handle(\\$.*)?)?")
        .check(all);
  }

  @Test
  void noProductionCodeCallsWhatIsMadeForTests() {
    noClasses()
        .should()
        .callMethodWhere(
            describe(
                "its name says that it is for tests",
                call -> call.getTarget().getName().endsWith("ForTests")))
        .check(all);
  }

  @Test
  void noTwoClassesHaveTheSameSimpleName() {
    Map<String, List<String>> byName = new HashMap<>();
    for (JavaClass type : all) {
      boolean top = type.getEnclosingClass().isEmpty() && !type.getName().contains("$");
      if (top && !type.getSimpleName().equals("package-info")) {
        byName.computeIfAbsent(type.getSimpleName(), name -> new ArrayList<>()).add(type.getName());
      }
    }
    byName.values().removeIf(names -> names.size() == 1);
    assertEquals(Map.of(), byName);
  }

  @Test
  void everyPackageSaysWhyItIsThere() {
    Set<String> packages =
        all.stream().map(JavaClass::getPackageName).collect(Collectors.toCollection(TreeSet::new));
    Set<String> explained =
        packages.stream()
            .filter(
                name ->
                    MODULES.stream()
                        .map(module -> Path.of("..", module, "src/main/java"))
                        .map(sources -> sources.resolve(name.replace('.', '/')))
                        .anyMatch(folder -> Files.exists(folder.resolve("package-info.java"))))
            .collect(Collectors.toCollection(TreeSet::new));
    assertEquals(packages, explained);
  }
}
