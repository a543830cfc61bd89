import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

class Client {
  public static void main(String[] args) throws Exception {
    var client = HttpClient.newHttpClient();
    var lines = new BufferedReader(new InputStreamReader(System.in));
    for (String line; (line = lines.readLine()) != null; ) {
      var fields = line.split("\t", -1);
      var body = fields[4];
      var publisher = body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body);
      var request = HttpRequest.newBuilder(URI.create(fields[1]))
          .method(fields[0], publisher)
          .timeout(Duration.ofSeconds(20));
      if (!fields[2].isEmpty()) request.header(fields[2], fields[3]);
      if (!body.isEmpty())
        request.header("Content-Type",
            body.startsWith("{") ? "application/json" : "application/x-www-form-urlencoded");
      var answer = client.send(request.build(), BodyHandlers.ofString());
      System.out.println(answer.statusCode() + " " + answer.body().replaceAll("\\R", " "));
    }
  }
}
