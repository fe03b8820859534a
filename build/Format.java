import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import java.nio.file.Files;
import java.nio.file.Path;

/** Formats every Java file below this folder with google-java-format, or with `check`, only names those that differ. */
void main(String[] args) throws Exception {
  boolean check = args[0].equals("check");
  var formatter = new Formatter();
  int differing = 0;
  try (var files = Files.walk(Path.of("."))) {
    for (Path file : files.filter(f -> f.toString().endsWith(".java")).filter(this::ours).toList()) {
      String source = Files.readString(file);
      String formatted =
          formatter.formatSource(
              ImportOrderer.reorderImports(RemoveUnusedImports.removeUnusedImports(source), Style.GOOGLE));
      if (formatted.equals(source)) continue;
      differing++;
      IO.println((check ? "not formatted: " : "formatted: ") + file);
      if (!check) Files.writeString(file, formatted);
    }
  }
  if (check && differing > 0) {
    IO.println(differing + " files are not formatted. Run `mvn -N validate -Dformat=apply` and commit the result.");
    System.exit(1);
  }
}

boolean ours(Path file) {
  for (Path part : file) {
    String name = part.toString();
    if (name.equals("target") || name.equals("node_modules") || name.equals("build")) return false;
  }
  return true;
}
