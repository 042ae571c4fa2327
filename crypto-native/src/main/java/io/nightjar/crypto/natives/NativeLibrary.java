package io.nightjar.crypto.natives;

import io.nightjar.crypto.NativeLibraryException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Loads {@code libnightjar.so}, once in each class loader, and {@code libnightjar-naive.so} where
 * somebody asks for the naive programs.
 *
 * <p>The file that the system property {@value #LIBRARY_PROPERTY} names is used as it is, and of
 * the other one the file beside it. Otherwise the copy in the jar, found through this class's own
 * loader, is unpacked to a unique private directory under {@value #DIRECTORY_PROPERTY}, or, where
 * that is not set, under {@code java.io.tmpdir} and, should that be full, read-only or mounted
 * noexec, under the working directory. The unpacked file is deleted as soon as it is linked, since
 * the mapping stays; what a crash in between left behind, the next process to load removes.
 *
 * <p>It is not responsible for what the library does. Load before the first use of a class with
 * native methods: where that class's own initialiser loads and fails, only the first caller is told
 * why, and all others that there is no such class.
 */
public final class NativeLibrary {

  /** The system property with the absolute path of a library to use instead of the jar's. */
  public static final String LIBRARY_PROPERTY = "nightjar.native.library";

  /** The system property with the only directory to unpack the jar's library under. */
  public static final String DIRECTORY_PROPERTY = "nightjar.native.tmpdir";

  static final String FILE_NAME = "libnightjar.so";
  static final String NAIVE_FILE_NAME = "libnightjar-naive.so";

  /** What a jar may have been built with, in order to say which of them this one has. */
  private static final List<String> KNOWN_PLATFORMS =
      List.of(
          "linux-x86_64",
          "linux-aarch64",
          "linux-ppc64le",
          "linux-riscv64",
          "linux-s390x",
          "darwin-x86_64",
          "darwin-aarch64");

  private static final String REMEDY =
      ("Set -D%s to a writable directory on a file system that is not mounted noexec, or "
              + "-D%s to the absolute path of a %s")
          .formatted(DIRECTORY_PROPERTY, LIBRARY_PROPERTY, FILE_NAME);

  private static Optional<Loaded> loaded = Optional.empty();
  private static boolean loading;
  private static boolean naiveLoaded;

  private NativeLibrary() {}

  /** What was loaded: the path at the time, and where the bytes came from. */
  record Loaded(String path, String origin) {}

  /**
   * What loading needs of the JVM, so that tests can stand in for it.
   *
   * @param property a system property, if it is set
   * @param resource the URL of a resource of the jar, if it is there
   * @param link does what {@link System#load} does
   */
  record Environment(
      Function<String, Optional<String>> property,
      Function<String, Optional<URL>> resource,
      Consumer<String> link) {

    static Environment ofThisJvm() {
      return new Environment(
          name -> Optional.ofNullable(System.getProperty(name)),
          name -> Optional.ofNullable(NativeLibrary.class.getResource(name)),
          // Called from this class, so that the library belongs to this class's loader.
          path -> System.load(path));
    }

    /** An empty value is what a launch script passes for "not set". */
    Optional<String> setting(String name) {
      return property.apply(name).filter(value -> !value.isBlank());
    }
  }

  /**
   * Loads the library, unless this class loader has it already; a failed attempt may be repeated.
   *
   * @throws NativeLibraryException if it cannot be found, unpacked or linked
   */
  public static synchronized void load() {
    // The library's own initialisation may come back here, on the same thread, by touching a class.
    if (loaded.isEmpty() && !loading) {
      loading = true;
      try {
        loaded = Optional.of(load(Environment.ofThisJvm()));
      } finally {
        loading = false;
      }
    }
  }

  /**
   * Loads the naive programs' library too, unless this class loader has it already; a failed
   * attempt may be repeated.
   *
   * @throws NativeLibraryException if it cannot be found, unpacked or linked
   */
  public static synchronized void loadNaive() {
    load();
    if (!naiveLoaded) {
      load(Environment.ofThisJvm(), NAIVE_FILE_NAME);
      naiveLoaded = true;
    }
  }

  /** Returns the path that was loaded, where there is no file any more if it had been unpacked. */
  public static String path() {
    return current().path();
  }

  /** Returns where the library came from: the property with its value, or the URL in the jar. */
  public static String origin() {
    return current().origin();
  }

  private static synchronized Loaded current() {
    load();
    return loaded.orElseThrow();
  }

  static Loaded load(Environment environment) {
    return load(environment, FILE_NAME);
  }

  static Loaded load(Environment environment, String fileName) {
    Optional<String> override = environment.setting(LIBRARY_PROPERTY);
    return override.isPresent()
        ? loadOverride(environment, override.get(), fileName)
        : loadFromJar(environment, fileName);
  }

  private static Loaded loadOverride(Environment environment, String value, String fileName) {
    String setting = LIBRARY_PROPERTY + "=" + value;
    Path path = Path.of(value);
    if (fileName.equals(NAIVE_FILE_NAME)) {
      path = path.resolveSibling(fileName);
      setting = "%s beside %s".formatted(fileName, setting);
    }
    if (!path.isAbsolute() || !Files.isRegularFile(path)) {
      throw new NativeLibraryException(
          ("%s is not %s: name an existing %s by its absolute path, or leave the property "
                  + "unset to use the copy in the jar")
              .formatted(setting, path.isAbsolute() ? "a file" : "absolute", fileName));
    }
    try {
      environment.link().accept(path.toString());
    } catch (UnsatisfiedLinkError e) {
      throw new NativeLibraryException(
          ("%s does not load: %s. Name a library built for this system; if two class "
                  + "loaders of this JVM need it, leave the property unset, and each unpacks its own "
                  + "copy")
              .formatted(setting, e.getMessage()),
          e);
    }
    return new Loaded(path.toString(), "property " + setting);
  }

  private static Loaded loadFromJar(Environment environment, String fileName) {
    URL resource = findResource(environment, fileName);
    byte[] library = read(resource);
    List<String> failures = new ArrayList<>();
    List<Throwable> causes = new ArrayList<>();
    for (Path parent : parents(environment)) {
      try {
        return new Loaded(
            unpackAndLink(environment, library, parent, fileName), resource.toString());
      } catch (IOException e) {
        failures.add("%s: cannot unpack there (%s)".formatted(parent, e));
        causes.add(e);
      } catch (UnsatisfiedLinkError e) {
        // Not only for noexec, which shows in nothing but a message in the system's language.
        failures.add(parent + ": " + explain(e));
        causes.add(e);
      }
    }
    NativeLibraryException failure =
        new NativeLibraryException(
            "Cannot load %s. Tried %s. %s".formatted(resource, String.join("; ", failures), REMEDY),
            causes.get(0));
    causes.stream().skip(1).forEach(failure::addSuppressed);
    throw failure;
  }

  private static URL findResource(Environment environment, String fileName) {
    String platform = platform(environment);
    return environment
        .resource()
        .apply(resourceName(platform, fileName))
        .orElseThrow(
            () -> {
              String present =
                  KNOWN_PLATFORMS.stream()
                      .filter(
                          known ->
                              environment
                                  .resource()
                                  .apply(resourceName(known, fileName))
                                  .isPresent())
                      .collect(Collectors.joining(", "));
              return new NativeLibraryException(
                  ("No %s for %s in this jar, which has it for: %s. Set -D%s to the "
                          + "absolute path of one built for this system")
                      .formatted(
                          fileName,
                          platform,
                          present.isEmpty() ? "no system" : present,
                          LIBRARY_PROPERTY));
            });
  }

  private static String resourceName(String platform, String fileName) {
    return "/native/" + platform + "/" + fileName;
  }

  /** Returns the name of this system as the native build spells it. */
  private static String platform(Environment environment) {
    String os = environment.setting("os.name").orElse("unknown").toLowerCase(Locale.ROOT);
    String arch = environment.setting("os.arch").orElse("unknown").toLowerCase(Locale.ROOT);
    String osName = os.startsWith("mac") ? "darwin" : os.replaceAll("[^a-z0-9]", "");
    String archName =
        switch (arch) {
          case "amd64", "x86-64" -> "x86_64";
          case "arm64" -> "aarch64";
          default -> arch;
        };
    return osName + "-" + archName;
  }

  private static byte[] read(URL resource) {
    try {
      URLConnection connection = resource.openConnection();
      // The cache would keep the jar open, shared with other loaders, after this loader is closed.
      connection.setUseCaches(false);
      try (InputStream in = connection.getInputStream()) {
        return in.readAllBytes();
      }
    } catch (IOException e) {
      throw new NativeLibraryException("Cannot read %s: %s".formatted(resource, e), e);
    }
  }

  private static List<Path> parents(Environment environment) {
    Optional<String> chosen = environment.setting(DIRECTORY_PROPERTY);
    Stream<Optional<String>> places =
        chosen.isPresent()
            ? Stream.of(chosen)
            : Stream.of(environment.setting("java.io.tmpdir"), environment.setting("user.dir"));
    return places
        .flatMap(Optional::stream)
        .map(place -> Path.of(place).toAbsolutePath().normalize())
        .distinct()
        .toList();
  }

  private static String unpackAndLink(
      Environment environment, byte[] library, Path parent, String fileName) throws IOException {
    try (UnpackDirectory directory = UnpackDirectory.create(parent, fileName)) {
      directory.removeAbandonedSiblings();
      Path file = directory.file();
      Files.write(file, library, StandardOpenOption.CREATE_NEW);
      // A full disk or a quota can go unnoticed until here, and linking half a library is a crash.
      byte[] written = Files.readAllBytes(file);
      if (!Arrays.equals(written, library)) {
        throw new IOException(
            "%d bytes were read back that differ from the %d written"
                .formatted(written.length, library.length));
      }
      environment.link().accept(file.toString());
      return file.toString();
    }
  }

  private static String explain(UnsatisfiedLinkError error) {
    String message = String.valueOf(error.getMessage());
    return message.contains("failed to map segment") || message.contains("not permitted")
        ? message + " (as on a file system mounted noexec)"
        : message;
  }
}
