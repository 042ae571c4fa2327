package io.nightjar.documents;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;

/**
 * The relative links in the Markdown files of a directory tree, and whether what they name is
 * there.
 */
record MarkdownLinks(int count, List<String> broken) {

  private static final Pattern CODE = Pattern.compile("(?ms)^```.*?^```|`[^`]*`");
  private static final Pattern FENCED = Pattern.compile("(?ms)^```.*?^```");
  private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
  private static final Pattern HEADING = Pattern.compile("(?m)^#+ +(.*)$");
  private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

  /** Follows all links under a directory, but for what builds make and what is hidden. */
  static MarkdownLinks under(Path root) throws IOException {
    int count = 0;
    List<String> broken = new ArrayList<>();
    for (Path file : files(root)) {
      String text = Files.readString(file);
      for (String link :
          LINK.matcher(CODE.matcher(text).replaceAll("")).results().map(m -> m.group(1)).toList()) {
        if (!ELSEWHERE.matcher(link).matches()) {
          count++;
          if (!leadsSomewhere(root, file, link)) {
            broken.add("%s: (%s)".formatted(root.relativize(file), link));
          }
        }
      }
    }
    return new MarkdownLinks(count, broken);
  }

  private static List<Path> files(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            String name = directory.getFileName().toString();
            return !directory.equals(root) && (name.equals("target") || name.startsWith("."))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return files;
  }

  private static boolean leadsSomewhere(Path root, Path file, String link) throws IOException {
    int hash = link.indexOf('#');
    String name = hash < 0 ? link : link.substring(0, hash);
    Path target = name.isEmpty() ? file : file.resolveSibling(name).normalize();
    return target.startsWith(root)
        && Files.exists(target)
        && (hash < 0 || anchors(target).contains(link.substring(hash + 1)));
  }

  /** Returns the names of a file's headings in links, as GitHub makes them. */
  private static Set<String> anchors(Path file) throws IOException {
    Set<String> anchors = new TreeSet<>();
    Map<String, Integer> seen = new HashMap<>();
    String text = FENCED.matcher(Files.readString(file)).replaceAll("");
    HEADING
        .matcher(text)
        .results()
        .map(heading -> heading.group(1).toLowerCase(Locale.ROOT).strip())
        .map(heading -> heading.replaceAll("[^\\p{L}\\p{N}_ -]", "").replace(' ', '-'))
        .forEach(
            name -> {
              int before = seen.merge(name, 1, Integer::sum) - 1;
              anchors.add(before == 0 ? name : name + "-" + before);
            });
    return anchors;
  }
}
