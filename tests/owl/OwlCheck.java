import java.io.BufferedReader;
import java.io.File;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.semanticweb.HermiT.ReasonerFactory;
import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLAxiom;
import org.semanticweb.owlapi.model.OWLDataFactory;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.profiles.OWL2DLProfile;
import org.semanticweb.owlapi.profiles.OWL2QLProfile;
import org.semanticweb.owlapi.profiles.OWL2RLProfile;
import org.semanticweb.owlapi.profiles.OWLProfile;
import org.semanticweb.owlapi.profiles.OWLProfileReport;
import org.semanticweb.owlapi.reasoner.OWLReasoner;
import org.semanticweb.owlapi.util.SimpleIRIMapper;
import org.semanticweb.owlapi.vocab.OWLRDFVocabulary;

/**
 * Says in lines of tab-separated words what the OWL API and HermiT find in one ontology document.
 *
 * <p>Each line of its input asks once, in tab-separated words: the document, a file of triples to
 * test (lines of subject, predicate and object IRIs; may be empty; "-" for no reasoning at all),
 * then pairs of ontology IRI and file that stand in for the imports. Nothing else is ever loaded:
 * an import without a pair is an error, which ends the program. "end" is the last line of what is
 * said to each.
 */
public final class OwlCheck {
  private static final List<OWLProfile> PROFILES =
      List.of(new OWL2DLProfile(), new OWL2RLProfile(), new OWL2QLProfile());

  private OwlCheck() {}

  public static void main(String[] arguments) throws Exception {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      check(line.split("\t"));
      say("end");
      System.out.flush();
    }
  }

  private static void check(String[] arguments) throws Exception {
    OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    for (int i = 2; i < arguments.length; i += 2) {
      IRI file = IRI.create(new File(arguments[i + 1]));
      manager.getIRIMappers().add(new SimpleIRIMapper(IRI.create(arguments[i]), file));
    }
    OWLOntology ontology = manager.loadOntologyFromOntologyDocument(new File(arguments[0]));
    say("ontologies", ontology.importsClosure().count());
    say("axioms", ontology.importsClosure().mapToLong(o -> o.getLogicalAxiomCount()).sum());
    PROFILES.forEach(profile -> profile(profile, ontology));
    if (!arguments[1].equals("-")) {
      reason(ontology, Files.readAllLines(Path.of(arguments[1])));
    }
  }

  private static void profile(OWLProfile profile, OWLOntology ontology) {
    OWLProfileReport report = profile.checkOntology(ontology);
    say("profile", profile.getName(), report.isInProfile() ? "in" : "out");
    report.getViolations().forEach(v -> say("violation", profile.getName(), oneLine(v)));
  }

  private static void reason(OWLOntology ontology, List<String> triples) {
    OWLReasoner reasoner = new ReasonerFactory().createReasoner(ontology);
    say("consistent", reasoner.isConsistent());
    if (reasoner.isConsistent()) {
      reasoner.getUnsatisfiableClasses().entities().filter(c -> !c.isOWLNothing())
          .forEach(c -> say("unsatisfiable", c.getIRI()));
      OWLDataFactory factory = ontology.getOWLOntologyManager().getOWLDataFactory();
      triples.forEach(t -> say("entailed", t, reasoner.isEntailed(axiom(factory, t.split("\t")))));
    }
  }

  private static OWLAxiom axiom(OWLDataFactory factory, String[] triple) {
    var subject = factory.getOWLNamedIndividual(IRI.create(triple[0]));
    if (triple[1].equals(OWLRDFVocabulary.RDF_TYPE.getIRI().toString())) {
      return factory.getOWLClassAssertionAxiom(
          factory.getOWLClass(IRI.create(triple[2])), subject);
    }
    return factory.getOWLObjectPropertyAssertionAxiom(
        factory.getOWLObjectProperty(IRI.create(triple[1])), subject,
        factory.getOWLNamedIndividual(IRI.create(triple[2])));
  }

  private static String oneLine(Object words) {
    return words.toString().replaceAll("\\s+", " ");
  }

  private static void say(Object... words) {
    System.out.println(List.of(words).stream().map(Object::toString)
        .collect(Collectors.joining("\t")));
  }
}
