import org.semanticweb.owlapi.apibinding.OWLManager;
import org.semanticweb.owlapi.io.IRIDocumentSource;
import org.semanticweb.owlapi.model.IRI;
import org.semanticweb.owlapi.model.OWLOntology;
import org.semanticweb.owlapi.model.OWLOntologyManager;
import org.semanticweb.owlapi.util.SimpleIRIMapper;
import uk.ac.manchester.cs.AcceptHeaderBuilder;

/**
 * Opens an ontology from an address, as Protégé's "Open from URL" does, and says what came.
 *
 * <p>Arguments: the address; "default" or "parsers" for which of the library's two Accept headers
 * to ask with; then pairs of ontology IRI and address, for what would be fetched from elsewhere.
 */
public final class OpenFromUrl {
  private OpenFromUrl() {}

  public static void main(String[] arguments) throws Exception {
    OWLOntologyManager manager = OWLManager.createOWLOntologyManager();
    for (int i = 2; i < arguments.length; i += 2) {
      manager.getIRIMappers().add(
          new SimpleIRIMapper(IRI.create(arguments[i]), IRI.create(arguments[i + 1])));
    }
    IRIDocumentSource source = new IRIDocumentSource(IRI.create(arguments[0]), null, null);
    if (arguments[1].equals("parsers")) {
      source.setAcceptHeaders(
          AcceptHeaderBuilder.headersFromParsers(manager.getOntologyParsers()));
    }
    OWLOntology ontology = manager.loadOntologyFromOntologyDocument(source);
    System.out.println("iri\t" + ontology.getOntologyID().getOntologyIRI().get());
    ontology.importsClosure().forEach(each -> System.out.println(
        "module\t" + each.getOntologyID().getOntologyIRI().get() + "\t"
            + each.getAxiomCount() + "\t" + each.getLogicalAxiomCount()));
  }
}
