package io.nightjar.buckets;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.hadoop.conf.Configuration;

/**
 * A bucket in the memory of this process, as a test sees it; jobs see a {@link BucketFileSystem}.
 *
 * <p>An object gets its name with its whole content, by one request. Nothing can be renamed. A
 * bucket may be told to lose answers, and to show what is new in listings late.
 */
public final class Bucket {

  private static final Map<String, Bucket> BUCKETS = new ConcurrentHashMap<>();
  private static final AtomicLong NEXT = new AtomicLong();

  /** What happens just before a request is done. */
  public interface Happening {
    void happen() throws Exception;
  }

  /** An object, with a tag that tells it from others that had its name. */
  static final class Stored {
    private final byte[] content;
    private final String tag;

    Stored(byte[] content, String tag) {
      this.content = content.clone();
      this.tag = tag;
    }

    byte[] content() {
      return content;
    }

    String tag() {
      return tag;
    }
  }

  private final String name;
  private final NavigableMap<String, Stored> objects = new TreeMap<>();
  private final List<String> uploads = new ArrayList<>();
  private final Map<String, Happening> happenings = new ConcurrentHashMap<>();
  private final Set<String> shown = new HashSet<>();
  private final Set<String> answered = new HashSet<>();
  private Optional<Pattern> late = Optional.empty();
  private Optional<Pattern> lost = Optional.empty();
  private int lostAnswers;

  private Bucket(String name) {
    this.name = name;
  }

  /** Returns a new, empty bucket. */
  public static Bucket create() {
    String name = "b%d".formatted(NEXT.getAndIncrement());
    Bucket bucket = new Bucket(name);
    BUCKETS.put(name, bucket);
    return bucket;
  }

  static Bucket named(String name) throws IOException {
    return Optional.ofNullable(BUCKETS.get(name))
        .orElseThrow(() -> new FileNotFoundException("There is no bucket " + name));
  }

  /** Returns a place in it. */
  public String uri(String key) {
    return "%s://%s/%s".formatted(BucketFileSystem.SCHEME, name, key);
  }

  /** Returns a configuration that knows of buckets. */
  public static Configuration configuration() {
    Configuration configuration = new Configuration();
    configuration.setClass(
        "fs.%s.impl".formatted(BucketFileSystem.SCHEME),
        BucketFileSystem.class,
        org.apache.hadoop.fs.FileSystem.class);
    return configuration;
  }

  /** Returns the same as settings of a job, and others. */
  public static String[] settings(String... others) {
    String known =
        "spark.hadoop.fs.%s.impl=%s"
            .formatted(BucketFileSystem.SCHEME, BucketFileSystem.class.getName());
    return Stream.concat(Stream.of(known), Stream.of(others)).toArray(String[]::new);
  }

  /** Has something happen once, just before an object is written, changed or read. */
  public void before(String request, String key, Happening happening) {
    happenings.put(request + " " + key, happening);
  }

  /** Has listings show each of these names only when it is listed for the second time. */
  public synchronized void showsLate(String keys) {
    late = Optional.of(Pattern.compile(keys));
  }

  /**
   * Has the first answer to a write of each of these get lost. Where the write had a condition,
   * sending it again finds that it does not hold any more.
   */
  public synchronized void losesAnswers(String keys) {
    lost = Optional.of(Pattern.compile(keys));
  }

  /** Returns how many answers got lost. */
  public synchronized int lostAnswers() {
    return lostAnswers;
  }

  /** Returns the names of all objects. */
  public synchronized List<String> keys() {
    return List.copyOf(objects.keySet());
  }

  /** Returns the names that uploads have which were begun and not ended. */
  public synchronized List<String> uploads() {
    return List.copyOf(uploads);
  }

  private void happen(String request, String key) throws IOException {
    Optional<Happening> happening = Optional.ofNullable(happenings.remove(request + " " + key));
    if (happening.isPresent()) {
      try {
        happening.get().happen();
      } catch (Exception e) {
        throw new IOException(e);
      }
    }
  }

  Stored get(String key) throws IOException {
    happen("get", key);
    return find(key).orElseThrow(() -> new FileNotFoundException(key));
  }

  synchronized Optional<Stored> find(String key) {
    return Optional.ofNullable(objects.get(key));
  }

  synchronized boolean isDirectory(String key) {
    return key.isEmpty() || !below(key).isEmpty();
  }

  private NavigableMap<String, Stored> below(String directory) {
    return directory.isEmpty()
        ? objects
        : objects.subMap(directory + "/", true, directory + "0", false); // '0' is after '/'
  }

  /**
   * Writes an object.
   *
   * @param only the tag that the object must have which is there; empty if there must be none
   */
  void put(String key, byte[] content, Optional<Optional<String>> only) throws IOException {
    happen("put", key);
    synchronized (this) {
      Optional<String> there = find(key).map(Stored::tag);
      if (only.isPresent() && !only.get().equals(there)) {
        throw new IOException("412: the condition on %s does not hold".formatted(key));
      }
      objects.put(key, new Stored(content, "t" + NEXT.getAndIncrement()));
      boolean loses = lost.isPresent() && lost.get().matcher(key).matches() && answered.add(key);
      lostAnswers += loses ? 1 : 0;
      if (loses && only.isPresent()) {
        throw new IOException("412: sent again, the condition on %s did not hold".formatted(key));
      }
    }
  }

  synchronized void begin(String key) {
    uploads.add(key);
  }

  /** Ends an upload, and returns whether nobody else had. */
  synchronized boolean end(String key) {
    return uploads.remove(key);
  }

  synchronized int endBelow(String directory) {
    int before = uploads.size();
    uploads.removeIf(key -> key.startsWith(directory + "/"));
    return before - uploads.size();
  }

  /** Returns the names of what is in a directory, as far as a listing shows them by now. */
  synchronized Set<String> list(String directory) {
    int start = directory.isEmpty() ? 0 : directory.length() + 1;
    Set<String> names = new HashSet<>();
    for (String key : below(directory).keySet()) {
      String rest = key.substring(start);
      String child = directory.isEmpty() ? rest : directory + "/" + rest.split("/", 2)[0];
      boolean hidden =
          late.isPresent() && late.get().matcher(child).matches() && !shown.contains(child);
      if (!hidden) {
        names.add(rest.split("/", 2)[0]);
      }
    }
    for (String key : below(directory).keySet()) {
      shown.add(directory + "/" + key.substring(start).split("/", 2)[0]);
    }
    return names;
  }

  synchronized boolean remove(String key, boolean recursive) {
    boolean found = objects.remove(key) != null;
    if (recursive) {
      found |= !below(key).isEmpty();
      below(key).clear();
    }
    return found;
  }

  static IOException noRename(String from) {
    return new IOException("Objects are not renamed, and %s would be".formatted(from));
  }
}
