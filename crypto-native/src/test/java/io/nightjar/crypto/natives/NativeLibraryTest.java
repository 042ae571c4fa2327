package io.nightjar.crypto.natives;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.nightjar.crypto.NativeLibraryException;
import io.nightjar.crypto.natives.NativeLibrary.Environment;
import io.nightjar.crypto.natives.NativeLibrary.Loaded;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NativeLibraryTest {

  private static final String NOEXEC =
      "libnightjar.so: failed to map segment from shared object: Operation not permitted";

  @TempDir Path temporary;
  @TempDir Path workingDirectory;
  @TempDir Path jar;

  /** The system properties of a made-up JVM. */
  private final Map<String, String> properties = new HashMap<>();

  /** What that JVM was asked to link. */
  private final List<Path> linked = new ArrayList<>();

  @BeforeEach
  void describeAJvm() {
    properties.put("os.name", "Linux");
    properties.put("os.arch", "amd64");
    properties.put("java.io.tmpdir", temporary.toString());
    properties.put("user.dir", workingDirectory.toString());
  }

  // --- with the real library and the real linker ---------------------------------------------

  @Test
  void theLibraryOfTheJarWorksAndIsLoadedOnce() {
    NativeLibrary.load();
    String path = NativeLibrary.path();
    NativeLibrary.load();

    assertEquals(path, NativeLibrary.path());
    assertTrue(NativeLibrary.origin().endsWith("/libnightjar.so"), NativeLibrary.origin());
    assertFalse(Native.sealVersion().isEmpty());
  }

  @Test
  void twoClassLoadersOfOneJvmEachLoadTheirOwnCopyAndLeaveNothingBehind() throws Exception {
    withProperty(
        NativeLibrary.DIRECTORY_PROPERTY,
        temporary,
        () -> {
          try (Isolated one = new Isolated();
              Isolated two = new Isolated()) {
            assertNotEquals(one.load(), two.load());

            assertFalse(one.version().isEmpty());
            assertEquals(one.version(), two.version());
          }
        });

    assertEquals(List.of(), children(temporary));
  }

  @Test
  void theOverrideWinsOverTheJar() throws Exception {
    Path installed = temporary.resolve("installed.so");
    Files.write(installed, realLibrary());
    withProperty(
        NativeLibrary.LIBRARY_PROPERTY,
        installed,
        () -> {
          try (Isolated isolated = new Isolated()) {
            assertEquals(installed.toString(), isolated.load());
            assertFalse(isolated.version().isEmpty());
          }
        });

    assertEquals(List.of(installed), children(temporary), "it is used as it is, and kept");
  }

  @Test
  void aSecondClassLoaderCannotUseTheSameOverrideAndIsToldWhatToDo() throws Exception {
    Path installed = temporary.resolve("installed.so");
    Files.write(installed, realLibrary());
    withProperty(
        NativeLibrary.LIBRARY_PROPERTY,
        installed,
        () -> {
          try (Isolated one = new Isolated();
              Isolated two = new Isolated()) {
            String unused = one.load();
            Throwable refused = assertThrows(RuntimeException.class, two::load);
            assertTrue(
                refused.getMessage().contains("leave the property unset, and each unpacks its own"),
                refused.getMessage());
          }
        });
  }

  @Test
  void aFileThatIsNoLibraryIsRefusedByTheRealLinker() throws Exception {
    Path text = Files.writeString(temporary.resolve("text.so"), "not an ELF file");
    properties.put(NativeLibrary.LIBRARY_PROPERTY, text.toString());

    var e =
        assertThrows(
            NativeLibraryException.class, () -> NativeLibrary.load(environment(System::load)));

    assertTrue(
        e.getMessage().startsWith("nightjar.native.library=" + text + " does not load: "),
        e.getMessage());
    assertInstanceOf(UnsatisfiedLinkError.class, e.getCause());
  }

  @Test
  void aDirectoryThatIsReallyMountedNoexecIsPassedOver() throws Exception {
    assumeTrue(run("mount", "-t", "tmpfs", "-o", "noexec", "nightjar", temporary.toString()));
    try {
      withProperty(
          "java.io.tmpdir",
          temporary,
          () -> {
            try (Isolated isolated = new Isolated()) {
              String path = isolated.load();
              assertTrue(path.startsWith(System.getProperty("user.dir")), path);
              assertFalse(isolated.version().isEmpty());
            }
          });
      withProperty(
          NativeLibrary.DIRECTORY_PROPERTY,
          temporary,
          () -> {
            try (Isolated isolated = new Isolated()) {
              Throwable refused = assertThrows(RuntimeException.class, isolated::load);
              assertTrue(
                  refused.getMessage().contains("(as on a file system mounted noexec). Set -D"),
                  refused.getMessage());
            }
          });
      assertEquals(List.of(), children(temporary));
    } finally {
      // Lazily: glibc keeps a part of the library mapped that it could not map as a whole.
      assertTrue(run("umount", "-l", temporary.toString()));
    }
  }

  // --- with a made-up library and linker -----------------------------------------------------

  @Test
  void aMissingOverrideIsNamedAndNothingElseTried() throws Exception {
    putIntoJar("linux-x86_64", "library");
    Path missing = temporary.resolve("missing.so");
    properties.put(NativeLibrary.LIBRARY_PROPERTY, missing.toString());

    assertFails(
        ("nightjar.native.library=%s is not a file: name an existing libnightjar.so by its "
                + "absolute path, or leave the property unset to use the copy in the jar")
            .formatted(missing));
    assertEquals(List.of(), linked);
  }

  @Test
  void aRelativeOverrideIsRefused() {
    properties.put(NativeLibrary.LIBRARY_PROPERTY, "libnightjar.so");

    assertFails(
        "nightjar.native.library=libnightjar.so is not absolute: name an existing "
            + "libnightjar.so by its absolute path, or leave the property unset to use the copy "
            + "in the jar");
  }

  @Test
  void theNaiveProgramsComeFromTheFileBesideTheOverride() throws Exception {
    Path installed = Files.writeString(temporary.resolve("installed.so"), "library");
    Path naive = temporary.resolve("libnightjar-naive.so");
    properties.put(NativeLibrary.LIBRARY_PROPERTY, installed.toString());

    var missing = assertThrows(NativeLibraryException.class, this::loadNaive);
    assertEquals(
        ("libnightjar-naive.so beside nightjar.native.library=%s is not a file: name an existing "
                + "libnightjar-naive.so by its absolute path, or leave the property unset to use the "
                + "copy in the jar")
            .formatted(installed),
        missing.getMessage());
    Files.writeString(naive, "library");
    loadNaive();

    assertEquals(List.of(naive), linked);
  }

  @Test
  void theNaiveProgramsOfTheJarAreAnotherLibrary() throws Exception {
    putIntoJar("linux-x86_64", "library");
    Files.writeString(jar.resolve("native/linux-x86_64/libnightjar-naive.so"), "naive");

    Loaded loaded = loadNaive();

    assertTrue(loaded.origin().endsWith("/libnightjar-naive.so"), loaded.origin());
    assertTrue(loaded.path().endsWith("/libnightjar-naive.so"), loaded.path());
  }

  private Loaded loadNaive() {
    return NativeLibrary.load(environment(this::link), NativeLibrary.NAIVE_FILE_NAME);
  }

  @Test
  void blankPropertiesAreTakenAsUnset() throws Exception {
    putIntoJar("linux-x86_64", "library");
    properties.put(NativeLibrary.LIBRARY_PROPERTY, "");
    properties.put(NativeLibrary.DIRECTORY_PROPERTY, " ");

    Loaded loaded = NativeLibrary.load(environment(this::link));

    assertTrue(Path.of(loaded.path()).startsWith(temporary), loaded.path());
  }

  @Test
  void theWholeLibraryIsInPlaceWhenItIsLinkedAndGoneAfterwards() throws Exception {
    String content = "x".repeat(1 << 20);
    Path resource = putIntoJar("linux-x86_64", content);

    Loaded loaded =
        NativeLibrary.load(
            environment(
                path -> {
                  assertEquals(content, readString(Path.of(path)));
                  link(path);
                }));

    assertEquals(List.of(Path.of(loaded.path())), linked);
    assertEquals(resource.toUri().toURL().toString(), loaded.origin());
    assertEquals(List.of(), children(temporary));
  }

  @ParameterizedTest
  @CsvSource({
    "Linux, amd64, linux-x86_64",
    "Linux, x86_64, linux-x86_64",
    "Linux, aarch64, linux-aarch64",
    "Linux, arm64, linux-aarch64",
    "Linux, riscv64, linux-riscv64",
    "Mac OS X, aarch64, darwin-aarch64"
  })
  void eachSystemGetsItsOwnLibrary(String os, String arch, String platform) throws Exception {
    Path resource = putIntoJar(platform, "library");
    properties.put("os.name", os);
    properties.put("os.arch", arch);

    assertEquals(
        resource.toUri().toURL().toString(), NativeLibrary.load(environment(this::link)).origin());
  }

  /** A build for another platform puts its library where that platform looks for it. */
  @Test
  void everyToolchainIsForASystemThatLooksForItsLibrary() throws Exception {
    List<Path> toolchains;
    try (Stream<Path> files = Files.list(Path.of("cmake", "toolchains"))) {
      toolchains = files.toList();
    }
    assertFalse(toolchains.isEmpty());
    for (Path toolchain : toolchains) {
      String text = Files.readString(toolchain);
      properties.put("os.name", word(text, "CMAKE_SYSTEM_NAME"));
      properties.put("os.arch", word(text, "CMAKE_SYSTEM_PROCESSOR"));
      String platform = toolchain.getFileName().toString().replace(".cmake", "");
      Path resource = putIntoJar(platform, "library");

      assertEquals(
          resource.toUri().toURL().toString(),
          NativeLibrary.load(environment(this::link)).origin());
    }
  }

  private static String word(String text, String variable) {
    Matcher line = Pattern.compile("set\\(%s (\\S+)\\)".formatted(variable)).matcher(text);
    assertTrue(line.find(), variable);
    return line.group(1);
  }

  @Test
  void aSystemTheJarWasNotBuiltForIsToldWhatThereIs() throws Exception {
    putIntoJar("linux-x86_64", "library");
    putIntoJar("linux-aarch64", "library");
    properties.put("os.arch", "s390x");

    assertFails(
        "No libnightjar.so for linux-s390x in this jar, which has it for: linux-x86_64, "
            + "linux-aarch64. Set -Dnightjar.native.library to the absolute path of one built "
            + "for this system");
  }

  @Test
  void aJarWithoutAnyLibrarySaysSo() {
    assertFails(
        "No libnightjar.so for linux-x86_64 in this jar, which has it for: no system. Set "
            + "-Dnightjar.native.library to the absolute path of one built for this system");
  }

  @Test
  void theWorkingDirectoryServesWhereTheTemporaryOneDoesNot() throws Exception {
    putIntoJar("linux-x86_64", "library");

    NativeLibrary.load(environment(this::refuseTemporary));
    assertTrue(linked.get(0).startsWith(workingDirectory));

    properties.put("java.io.tmpdir", temporary.resolve("missing").toString());
    NativeLibrary.load(environment(this::link));
    assertTrue(linked.get(1).startsWith(workingDirectory));
    assertEquals(List.of(), children(temporary));
    assertEquals(List.of(), children(workingDirectory));
  }

  @Test
  void aChosenDirectoryIsTheOnlyOneTried() throws Exception {
    Path resource = putIntoJar("linux-x86_64", "library");
    properties.put(NativeLibrary.DIRECTORY_PROPERTY, temporary.toString());

    var e =
        assertThrows(
            NativeLibraryException.class,
            () -> NativeLibrary.load(environment(this::refuseTemporary)));

    assertEquals(
        ("Cannot load %s. Tried %s: %s (as on a file system mounted noexec). Set "
                + "-Dnightjar.native.tmpdir to a writable directory on a file system that is not "
                + "mounted noexec, or -Dnightjar.native.library to the absolute path of a "
                + "libnightjar.so")
            .formatted(resource.toUri().toURL(), temporary, NOEXEC),
        e.getMessage());
    assertInstanceOf(UnsatisfiedLinkError.class, e.getCause());
    assertEquals(List.of(), children(temporary));
  }

  @Test
  void everyDirectoryThatFailedIsInTheMessageWithItsReason() throws Exception {
    putIntoJar("linux-x86_64", "library");
    Path missing = temporary.resolve("missing");
    properties.put("java.io.tmpdir", missing.toString());
    properties.put("user.dir", temporary.toString());

    var e =
        assertThrows(
            NativeLibraryException.class,
            () -> NativeLibrary.load(environment(this::refuseTemporary)));

    assertTrue(
        e.getMessage().contains(missing + ": cannot unpack there (java.nio.file.NoSuchFile"),
        e.getMessage());
    assertTrue(e.getMessage().contains("; " + temporary + ": " + NOEXEC), e.getMessage());
    assertEquals(1, e.getSuppressed().length);
  }

  @Test
  void whatLoadingItselfThrowsIsPassedOnAndLeavesNothingBehind() throws Exception {
    putIntoJar("linux-x86_64", "library");
    IllegalStateException fromOnLoad = new IllegalStateException("JNI_OnLoad");

    var e =
        assertThrows(
            IllegalStateException.class,
            () ->
                NativeLibrary.load(
                    environment(
                        path -> {
                          throw fromOnLoad;
                        })));

    assertSame(fromOnLoad, e);
    assertEquals(List.of(), children(temporary));
  }

  /** Spark interrupts the threads of a killed task; that must not cost the executor its library. */
  @Test
  void anInterruptedThreadLoadsAndStaysInterrupted() throws Exception {
    putIntoJar("linux-x86_64", "library");
    properties.put(NativeLibrary.DIRECTORY_PROPERTY, temporary.toString());

    Thread.currentThread().interrupt();
    try {
      NativeLibrary.load(environment(this::link));
    } finally {
      assertTrue(Thread.interrupted());
    }

    assertEquals(1, linked.size());
    assertEquals(List.of(), children(temporary));
  }

  @Test
  void loadingRemovesWhatACrashedProcessLeftBehind() throws Exception {
    putIntoJar("linux-x86_64", "library");
    Path stale = Files.createDirectory(temporary.resolve(UnpackDirectory.PREFIX + "1-1-00"));
    Files.writeString(stale.resolve(UnpackDirectory.LOCK), "");
    Files.writeString(stale.resolve("libnightjar.so"), "half a libr");

    NativeLibrary.load(environment(this::link));

    assertEquals(List.of(), children(temporary));
  }

  private Environment environment(Consumer<String> linker) {
    return new Environment(
        name -> Optional.ofNullable(properties.get(name)), this::resource, linker);
  }

  private Optional<URL> resource(String name) {
    try {
      Path file = jar.resolve(name.substring(1));
      return Files.exists(file) ? Optional.of(file.toUri().toURL()) : Optional.empty();
    } catch (MalformedURLException e) {
      throw new AssertionError(e);
    }
  }

  private Path putIntoJar(String platform, String content) throws IOException {
    Path directory = Files.createDirectories(jar.resolve("native").resolve(platform));
    return Files.writeString(directory.resolve("libnightjar.so"), content);
  }

  private static byte[] realLibrary() throws IOException {
    NativeLibrary.load();
    try (var in = new URL(NativeLibrary.origin()).openStream()) {
      return in.readAllBytes();
    }
  }

  private void link(String path) {
    linked.add(Path.of(path));
  }

  private void refuseTemporary(String path) {
    if (Path.of(path).startsWith(temporary)) {
      throw new UnsatisfiedLinkError(NOEXEC);
    }
    link(path);
  }

  private void assertFails(String message) {
    var e =
        assertThrows(
            NativeLibraryException.class, () -> NativeLibrary.load(environment(this::link)));
    assertEquals(message, e.getMessage());
  }

  private static String readString(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> children(Path directory) throws IOException {
    try (Stream<Path> children = Files.list(directory)) {
      return children.toList();
    }
  }

  private static boolean run(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command).start().waitFor() == 0;
    } catch (IOException e) {
      // There is no such command here.
      return false;
    }
  }

  private interface Action {
    void run() throws Exception;
  }

  private static void withProperty(String name, Path value, Action action) throws Exception {
    Optional<String> before = Optional.ofNullable(System.setProperty(name, value.toString()));
    try {
      action.run();
    } finally {
      before.ifPresentOrElse(
          old -> System.setProperty(name, old), () -> System.clearProperty(name));
    }
  }

  /** The library's classes, defined again by a class loader of their own, as Spark does. */
  private static final class Isolated implements AutoCloseable {
    private final URLClassLoader loader =
        new URLClassLoader(
            new URL[] {NativeLibrary.class.getProtectionDomain().getCodeSource().getLocation()},
            ClassLoader.getPlatformClassLoader());

    /** Loads the library and returns its path. */
    String load() throws Exception {
      call("NativeLibrary", "load");
      return (String) call("NativeLibrary", "path");
    }

    String version() throws Exception {
      return (String) call("Native", "sealVersion");
    }

    private Object call(String type, String name) throws Exception {
      Method method =
          loader
              .loadClass(NativeLibrary.class.getPackageName() + "." + type)
              .getDeclaredMethod(name);
      method.setAccessible(true);
      try {
        return method.invoke(null);
      } catch (InvocationTargetException e) {
        // Of this loader's exception classes, not of ours: only the message can be compared.
        throw new IllegalStateException(e.getCause().getMessage(), e);
      }
    }

    @Override
    public void close() throws IOException {
      loader.close();
    }
  }
}
